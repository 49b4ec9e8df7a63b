"""Accounts, groups and editions in the administration pages."""
