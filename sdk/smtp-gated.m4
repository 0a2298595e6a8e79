# smtp-gated.m4 - finding what a plugin of smtp-gated is built with.        -*- autoconf -*-
# serial 1

# SG_PLUGIN_CHECK([API-VERSION])
# ------------------------------
# Looks for an installed smtp-gated whose plugin interface is at least
# API-VERSION (1 if not given), and ends configure with a sentence if there is
# none.  Substituted for Makefile.am:
#
#   SMTP_GATED_CFLAGS   for compiling; headers only, a plugin links nothing of ours
#   SMTP_GATED_KIT_CFLAGS, SMTP_GATED_KIT_LIBS   for those who use <smtp-gated/kit/...>;
#                       empty if the kit's libraries are not there
#   SMTP_GATED_PLUGIN   the tool smtp-gated-plugin(1)
#   plugindir           where the plugin goes; --with-plugindir says otherwise
#   sgconfdir           where the files that enable plugins are, for messages
AC_DEFUN([SG_PLUGIN_CHECK], [
  AC_REQUIRE([PKG_PROG_PKG_CONFIG])
  PKG_CHECK_MODULES([SMTP_GATED], [smtp-gated])
  PKG_CHECK_MODULES([SMTP_GATED_KIT], [smtp-gated-kit], [:], [:])
  sg_api=`$PKG_CONFIG --variable=api smtp-gated`
  AC_MSG_CHECKING([for the plugin interface of smtp-gated])
  AS_IF([test "${sg_api:-0}" -ge m4_default([$1], [1])],
    [AC_MSG_RESULT([version $sg_api])],
    [AC_MSG_RESULT([version ${sg_api:-none}])
     AC_MSG_ERROR([this plugin needs version ]m4_default([$1], [1])[ or newer: a newer smtp-gated])])
  AC_ARG_WITH([plugindir],
    [AS_HELP_STRING([--with-plugindir=DIR], [where smtp-gated loads plugins from])],
    [plugindir=$withval], [plugindir=`$PKG_CONFIG --variable=plugindir smtp-gated`])
  AC_SUBST([plugindir])
  AC_SUBST([sgconfdir], [`$PKG_CONFIG --variable=confdir smtp-gated`])
  AC_PATH_PROG([SMTP_GATED_PLUGIN], [smtp-gated-plugin], [],
    [`$PKG_CONFIG --variable=bindir smtp-gated`$PATH_SEPARATOR$PATH])
  AS_IF([test -z "$SMTP_GATED_PLUGIN"],
    [AC_MSG_ERROR([smtp-gated-plugin, which tests plugins, is not installed])])
])
