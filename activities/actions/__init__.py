"""Every write about activities, as functions named for what a person does."""
