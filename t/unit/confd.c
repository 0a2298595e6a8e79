/* Which files of conf.d enable which plugin. */
#include "unit.h"

#include "../../daemon/conf/confd.h"
#include "scratch.h"

#include <stdio.h>
#include <stdlib.h>

static struct complaints complaints;

static const char *said(void)
{
    return without_dir(buffer_cstr(&complaints.text));
}

static void file_in(const char *dir, const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    scratch_file(path, "");
}

/* Every test has a directory of its own, named as it is. */
static bool scan(const char *dir, const char *const *names, struct confd *confd)
{
    complaints_finish(&complaints);
    scratch_subdir(dir);
    for (; *names; names++)
        file_in(dir, *names);
    return confd_scan(scratch_path(dir), confd, &complaints);
}

static int forget(void **state)
{
    complaints_finish(&complaints);
    return scratch_remove(state);
}

static void orders(void **state)
{
    static const char *const names[] = {"60-av-clamd.conf", "10-nat-fixed.conf", "05-trace.conf",
                                        "60-as-spamd.conf", NULL};
    struct confd confd;
    (void)state;
    assert_true(scan("orders", names, &confd));
    assert_int_equal(confd.count, 4);
    assert_string_equal(confd.entries[0].label, "05-trace");
    assert_string_equal(confd.entries[1].label, "10-nat-fixed");
    assert_string_equal(confd.entries[2].label, "60-as-spamd");
    assert_string_equal(confd.entries[3].label, "60-av-clamd");
    confd_finish(&confd);
}

static void takes_apart(void **state)
{
    static const char *const names[] = {"60-av-clamd@second_One-2.conf", "60-av-clamd.conf", NULL};
    struct confd confd;
    (void)state;
    assert_true(scan("parts", names, &confd));
    assert_string_equal(confd.entries[0].plugin, "av-clamd");
    assert_null(confd.entries[0].instance);
    assert_string_equal(confd.entries[0].path, scratch_path("parts/60-av-clamd.conf"));
    assert_string_equal(confd.entries[1].plugin, "av-clamd");
    assert_string_equal(confd.entries[1].instance, "second_One-2");
    assert_string_equal(confd.entries[1].label, "60-av-clamd@second_One-2");
    confd_finish(&confd);
}

static void ignores(void **state)
{
    static const char *const names[] = {"README",
                                        "60-av-clamd.conf~",
                                        "6-x.conf",
                                        "600-x.conf",
                                        "60x.conf",
                                        "60-.conf",
                                        "60-x@.conf",
                                        "60-X.conf",
                                        "xx-x.conf",
                                        "60-x.conf.disabled",
                                        "60-x.conf.dpkg-new",
                                        "60-x@a@b.conf",
                                        "60-a.b.conf",
                                        NULL};
    struct confd confd;
    (void)state;
    assert_true(scan("ignores", names, &confd));
    assert_int_equal(confd.count, 0);
    assert_int_equal(complaints.errors, 0);
    assert_int_equal(complaints.notices, COUNT(names) - 1);
    assert_non_null(strstr(said(), "ignores/README: is ignored; a plugin's file is named "
                                   "NN-PLUGIN.conf or NN-PLUGIN@INSTANCE.conf\n"));
    confd_finish(&confd);
}

static void hidden(void **state)
{
    static const char *const names[] = {".60-x.conf.swp", ".gitignore", NULL};
    struct confd confd;
    (void)state;
    assert_true(scan("hidden", names, &confd));
    assert_int_equal(complaints.notices, 0);
    confd_finish(&confd);
}

static void twins(void **state)
{
    static const char *const names[] = {"10-regex.conf", "20-regex.conf", "10-x@a.conf",
                                        "20-x@b.conf", NULL};
    struct confd confd;
    (void)state;
    assert_false(scan("twins", names, &confd));
    assert_string_equal(said(), "twins/20-regex.conf: enables regex again, as twins/10-regex.conf "
                                "does; a second instance is named NN-regex@INSTANCE.conf\n");
    confd_finish(&confd);
}

static void missing(void **state)
{
    struct confd confd;
    (void)state;
    complaints_finish(&complaints);
    assert_false(confd_scan(scratch_path("none"), &confd, &complaints));
    assert_string_equal(said(), "none: cannot be read: No such file or directory\n");
    confd_finish(&confd);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("files are taken in the order of their names", orders),
        TEST("a name is number, plugin and instance", takes_apart),
        TEST("other names are ignored with a remark", ignores),
        TEST("hidden files are not even remarked", hidden),
        TEST("a plugin enabled twice needs an instance's name", twins),
        TEST("a directory that is not there is an error", missing),
    };

    return cmocka_run_group_tests_name("confd", tests, NULL, forget);
}
