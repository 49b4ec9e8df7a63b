"""Sign-in, sign-out and the change of one's own password."""

from django.contrib.auth import views
from django.urls import path

from kontum_qms.views import SignInView

urlpatterns = [
    path(
        "login/",
        SignInView.as_view(),
        name="login",
    ),
    path("logout/", views.LogoutView.as_view(), name="logout"),
    path(
        "password/",
        views.PasswordChangeView.as_view(template_name="account/password_change.html"),
        name="password_change",
    ),
    path(
        "password/done/",
        views.PasswordChangeDoneView.as_view(template_name="account/password_changed.html"),
        name="password_change_done",
    ),
]
