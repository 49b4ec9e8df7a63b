"""Sign-in, sign-out, and what belongs to one's own account."""

from django.contrib.auth import views
from django.urls import path

from kontum_qms import link_views, second_factor_views, session_views
from kontum_qms.views import SignInView

urlpatterns = [
    path(
        "login/",
        SignInView.as_view(),
        name="login",
    ),
    path("login/code/", second_factor_views.sign_in_code, name="login-code"),
    path("logout/", views.LogoutView.as_view(), name="logout"),
    path("link/<str:token>/", link_views.choose_password, name="choose-password"),
    path("password/", session_views.ChangePasswordView.as_view(), name="password_change"),
    path(
        "password/done/",
        views.PasswordChangeDoneView.as_view(template_name="account/password_changed.html"),
        name="password_change_done",
    ),
    path("second-factor/", second_factor_views.second_factor, name="second-factor"),
    path("second-factor/set-up/", second_factor_views.set_up, name="second-factor-set-up"),
    path(
        "second-factor/change/",
        second_factor_views.change_second_factor,
        name="second-factor-change",
    ),
    path("sessions/", session_views.sessions, name="sessions"),
    path("sessions/end/", session_views.end_sessions, name="end-sessions"),
]
