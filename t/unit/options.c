/* Option types and files: what is accepted, how it is printed back, and what
 * is said of the rest. */
#include "unit.h"

#include "../../daemon/base/complaint.h"
#include "../../daemon/conf/options.h"
#include "scratch.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char *const colours[] = {"red", "green", "blue+ish", NULL};

struct all {
    int flag, colour;
    long number, bounded;
    uint64_t size, small_size, time, bounded_time;
    double fraction;
    const char *text, *path, *pattern, **list;
    struct sockaddr_storage ip;
    struct sg_endpoint place;
    struct sg_nets *nets;
    struct sg_regexes *patterns;
    unsigned colours, mode;
};

static const struct sg_option options[] = {
    SG_OPT_BOOL(struct all, flag, "no", "A"),
    SG_OPT_INT(struct all, number, "-7", 0, 0, "B"),
    SG_OPT_INT(struct all, bounded, "25", 1, 65535, "C"),
    SG_OPT_SIZE(struct all, size, "10M", "D"),
    SG_OPT_SIZE_IN(struct all, small_size, "4096", 1024, 1 << 20, "D"),
    SG_OPT_DURATION(struct all, time, "1500ms", "E"),
    SG_OPT_DURATION_IN(struct all, bounded_time, "5", 1000, 60000, "E"),
    SG_OPT_FLOAT(struct all, fraction, "2.5", "F"),
    SG_OPT_STRING(struct all, text, "a \"b\" \\ c ${d}", "G"),
    SG_OPT_PATH(struct all, path, "/x", "H"),
    SG_OPT_REGEX(struct all, pattern, NULL, "I"),
    SG_OPT_REGEXES(struct all, patterns, NULL, "I"),
    SG_OPT_STRINGS(struct all, list, "a, b", "J"),
    SG_OPT_IP(struct all, ip, NULL, "K"),
    SG_OPT_ENDPOINT(struct all, place, NULL, "L"),
    SG_OPT_NETS(struct all, nets, NULL, "M"),
    SG_OPT_ENUM(struct all, colour, "green", colours, "N"),
    SG_OPT_FLAGS(struct all, colours, "red", colours, "O"),
    SG_OPT_MODE(struct all, mode, "0660", "P"),
    SG_OPT_END};

static const char *const obsolete[] = {"old_thing", NULL};

/* The last thing read. */
static struct all settings;
static struct complaints complaints;
static const struct option_target target = {options, &settings};

static bool read_text(const char *text)
{
    options_free(&target, 1);
    complaints_finish(&complaints);
    return options_read(scratch_file("f", text), &target, 1, obsolete, &complaints);
}

static const char *said(void)
{
    return without_dir(buffer_cstr(&complaints.text));
}

/* The value of an option as -T prints it: "NAME = VALUE" or "# NAME is not set". */
static const char *printed(const char *name)
{
    static char line[4096];
    size_t n = strlen(name);
    FILE *out = tmpfile();
    options_print(&target, out);
    rewind(out);
    while (fgets(line, sizeof line, out)) {
        const char *at = line[0] == '#' ? line + 2 : line;
        if (strncmp(at, name, n) == 0 && at[n] == ' ')
            break;
    }
    fclose(out);
    line[strcspn(line, "\n")] = '\0';
    return line;
}

static int forget(void **state)
{
    options_free(&target, 1);
    complaints_finish(&complaints);
    return scratch_remove(state);
}

/* ------------------------------------------------------------------ good -- */

static const struct {
    const char *line, *printed;
} good[] = {
    {"flag = yes", "flag = yes"},
    {"flag = On", "flag = yes"},
    {"flag = true", "flag = yes"},
    {"flag = 1", "flag = yes"},
    {"flag = \"off\"", "flag = no"},
    {"number = 0", "number = 0"},
    {"number = -12", "number = -12"},
    {"number = 010", "number = 10"},
    {"bounded = 65535", "bounded = 65535"},
    {"size = 0", "size = 0"},
    {"size = 300", "size = 300"},
    {"size = 64k", "size = 65536"},
    {"size = 10M", "size = 10M"},
    {"size = 1024K", "size = 1M"},
    {"size = 2GB", "size = 2G"},
    {"size = 1T", "size = 1024G"},
    {"small_size = 1M", "small_size = 1M"},
    {"time = 0", "time = 0"},
    {"time = 30", "time = 30"},
    {"time = 30s", "time = 30"},
    {"time = 500ms", "time = 500ms"},
    {"time = 5m", "time = 300"},
    {"time = 2h", "time = 7200"},
    {"time = 1d", "time = 86400"},
    {"bounded_time = 1m", "bounded_time = 60"},
    {"fraction = 7", "fraction = 7"},
    {"fraction = -0.25", "fraction = -0.25"},
    {"text = word", "text = \"word\""},
    {"text = \"\"", "text = \"\""},
    {"text = \"two words\"", "text = \"two words\""},
    {"text = 'single \\d \"quoted\"'", "text = \"single \\\\d \\\"quoted\\\"\""},
    {"text = '${HOME}'", "text = \"\\${HOME}\""},
    {"text = \"\\${HOME}\"", "text = \"\\${HOME}\""},
    {"text = http://x/y", "text = \"http://x/y\""},
    {"path = /a/b", "path = \"/a/b\""},
    {"path = \"\"", "path = \"\""},
    {"pattern = '^a+$'", "pattern = \"^a+$\""},
    {"patterns = '^a{1,2}$'", "patterns = {\"^a{1,2}$\"}"},
    {"patterns = {'a', 'b'}", "patterns = {\"a\", \"b\"}"},
    {"list = one", "list = {\"one\"}"},
    {"list = {one, 'two, three'}", "list = {\"one\", \"two, three\"}"},
    {"list = {}", "list = {}"},
    {"list = {1}\nlist += {2,\n3}", "list = {\"1\", \"2\", \"3\"}"},
    {"list = {1,}", "list = {\"1\"}"},
    {"ip = 192.0.2.1", "ip = \"192.0.2.1\""},
    {"ip = ::ffff:192.0.2.1", "ip = \"192.0.2.1\""},
    {"ip = 2001:DB8::1", "ip = \"2001:db8::1\""},
    {"ip = \"\"", "# ip is not set"},
    {"place = /run/x.sock", "place = \"/run/x.sock\""},
    {"place = 127.0.0.1:25", "place = \"127.0.0.1:25\""},
    {"place = localhost:25", "place = \"localhost:25\""},
    {"place = \"[::1]:25\"", "place = \"[::1]:25\""},
    {"nets = 10.0.0.0/8", "nets = {\"10.0.0.0/8\"}"},
    {"nets = \"10.0.0.0/8, ::1\"", "nets = {\"10.0.0.0/8\", \"::1\"}"},
    {"nets = {192.0.2.7, 2001:db8::/32}", "nets = {\"192.0.2.7\", \"2001:db8::/32\"}"},
    {"colour = \"blue+ish\"", "colour = \"blue+ish\""},
    {"colours = {red, green}", "colours = {red, green}"},
    {"colours = \"green,red\"", "colours = {red, green}"},
    {"colours = {}", "colours = {}"},
    {"mode = 0640", "mode = 0640"},
    {"mode = 640", "mode = 0640"},
    {"# comment\n// comment = \"\n/* number = 3\n */ number = 4 // five", "number = 4"},
    {"\t number=5\r\n", "number = 5"},
    {"\"number\" = 6", "number = 6"},
    {"text = \"a\\\nb\"", "text = \"ab\""},
};

static void accepts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        char name[32];
        const char *wanted = good[i].printed + (good[i].printed[0] == '#' ? 2 : 0);
        snprintf(name, sizeof name, "%.*s", (int)strcspn(wanted, " "), wanted);
        if (!read_text(good[i].line))
            fprintf(stderr, "# %s: %s", good[i].line, said());
        assert_int_equal(complaints.errors, 0);
        assert_string_equal(printed(name), good[i].printed);
    }
}

static void reads_what_it_prints(void **state)
{
    static char again[8192], once[8192];
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        read_text(good[i].line);
        for (int round = 0; round < 2; round++) {
            FILE *out = fmemopen(round ? again : once, sizeof once, "w");
            options_print(&target, out);
            fclose(out);
            assert_true(read_text(once));
        }
        assert_string_equal(again, once);
    }
}

static void fills_in(void **state)
{
    (void)state;
    assert_true(read_text("number = 5\nlist = {x}\nip = 192.0.2.1\nplace = \"[::1]:25\"\n"));
    const struct sockaddr_in *ip = (const void *)&settings.ip;
    const struct sockaddr_in6 *place = (const void *)&settings.place.addr;
    assert_int_equal(settings.number, 5);
    assert_int_equal(settings.bounded, 25);
    assert_int_equal(settings.size, 10 << 20);
    assert_int_equal(settings.time, 1500);
    assert_true(settings.fraction > 2.4 && settings.fraction < 2.6);
    assert_int_equal(settings.colour, 1);
    assert_int_equal(settings.colours, 1);
    assert_int_equal(settings.mode, 0660);
    assert_string_equal(settings.list[0], "x");
    assert_null(settings.list[1]);
    assert_int_equal(ip->sin_family, AF_INET);
    assert_int_equal(ip->sin_addr.s_addr, htonl(0xc0000201));
    assert_int_equal(place->sin6_family, AF_INET6);
    assert_int_equal(place->sin6_port, htons(25));
    assert_int_equal(settings.place.addrlen, sizeof *place);
    assert_null(settings.pattern);
    assert_null(settings.nets);
}

/* ------------------------------------------------------------------- bad -- */

static const struct {
    const char *text, *said;
} bad[] = {
#include "options_bad.def"
};

static void refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_false(read_text(bad[i].text));
        assert_string_equal(said(), bad[i].said);
        assert_true(complaints.errors > 0);
    }
}

static void shows_all(void **state)
{
    (void)state;
    assert_false(read_text("flag = 2\nbounded = 0\n\nmode = x\n"));
    assert_int_equal(complaints.errors, 3);
    assert_non_null(strstr(said(), "f:4: option 'mode'"));
}

static void keeps_the_default(void **state)
{
    (void)state;
    read_text("text = \"a\\nb\"\nlist = {x, \"a\\nb\"}\n");
    assert_string_equal(printed("text"), "text = \"a \\\"b\\\" \\\\ c \\${d}\"");
    assert_string_equal(printed("list"), "list = {\"a\", \"b\"}");
}

static void remarks(void **state)
{
    (void)state;
    assert_true(read_text("old_thing = 3\nnumber = 1\n# x\nnumber = 2\n"));
    assert_string_equal(said(), "f:4: option 'number': is set again; line 2 counts no more\n"
                                "f:1: option 'old_thing': is obsolete and does nothing; it may be "
                                "removed\n");
    assert_int_equal(complaints.notices, 2);
    assert_int_equal(settings.number, 2);
}

static void knows_lines(void **state)
{
    (void)state;
    read_text("# one\n// two\n/* three\n four */ number = 5\nlist = {}\n\ntext = \"x\ny\"\n");
    assert_int_equal(options_line("number"), 4);
    assert_int_equal(options_line("list"), 5);
    assert_int_equal(options_line("size"), 0);
    assert_int_equal(options_line("nonsense"), 0);
    assert_int_equal(options_line(NULL), 0);
}

static void prints_bare(void **state)
{
    char text[64];
    FILE *out = fmemopen(text, sizeof text, "w");
    (void)state;
    read_text("");
    assert_true(options_print_one(&target, "text", out));
    assert_true(options_print_one(&target, "list", out));
    assert_true(options_print_one(&target, "nets", out));
    assert_false(options_print_one(&target, "nonsense", out));
    fclose(out);
    assert_string_equal(text, "a \"b\" \\ c ${d}\na\nb\n\n");
}

static void documents(void **state)
{
    char text[8192];
    FILE *out = fmemopen(text, sizeof text, "w");
    (void)state;
    options_document(options, out);
    fclose(out);
    assert_non_null(strstr(text, ".It Ic bounded No = Ar number\nC.\nTakes a whole number from 1 "
                                 "to 65535.\nThe default is\n.Ql \\&25\\& .\n"));
    assert_non_null(strstr(text, "N.\nOne of\n.Cm red ,\n.Cm green ,\n.Cm blue+ish .\n"));
    assert_non_null(strstr(text, ".It Ic nets No = Ar networks\nM.\nNot set by default.\n"));
    assert_non_null(strstr(text, ".Ql \\&a \\&\"b\" \\&\\e \\&c \\&${d}\\& .\n"));
}

static void no_such_file(void **state)
{
    struct complaints c = {{0}, 0, 0};
    (void)state;
    options_free(&target, 1);
    assert_false(options_read(scratch_path("none"), &target, 1, NULL, &c));
    assert_string_equal(without_dir(buffer_cstr(&c.text)),
                        "none: cannot be opened: No such file or directory\n");
    assert_int_equal(settings.bounded, 25);
    complaints_finish(&c);
}

/* Nobody writes to the pipe: reading it would wait for ever. */
static void no_file(void **state)
{
    struct complaints c = {{0}, 0, 0};
    (void)state;
    options_free(&target, 1);
    assert_int_equal(mkfifo(scratch_path("pipe"), 0600), 0);
    assert_false(options_read(scratch_path("pipe"), &target, 1, NULL, &c));
    options_free(&target, 1);
    assert_false(options_read(scratch_subdir("directory"), &target, 1, NULL, &c));
    options_free(&target, 1);
    assert_true(options_read("/dev/null", &target, 1, NULL, &c));
    assert_string_equal(without_dir(buffer_cstr(&c.text)),
                        "pipe: is not a regular file\ndirectory: is not a regular file\n");
    complaints_finish(&c);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("every notation of a value is accepted and printed back in one", accepts),
        TEST("what is printed reads back the same", reads_what_it_prints),
        TEST("the settings hold the values, and the defaults of the rest", fills_in),
        TEST("what is wrong is said with file, line, option, value and what would be right",
             refuses),
        TEST("all wrong values are shown in one run", shows_all),
        TEST("a wrong value leaves the default in place", keeps_the_default),
        TEST("obsolete and repeated options are remarked, not refused", remarks),
        TEST("lines are known behind comments and for empty lists", knows_lines),
        TEST("one value is printed bare, a list line by line", prints_bare),
        TEST("the manual's list has name, argument, help, choices, limits and default", documents),
        TEST("a file that is not there is an error and leaves the defaults", no_such_file),
        TEST("neither a pipe nor a directory is a configuration", no_file),
    };

    return cmocka_run_group_tests_name("options", tests, NULL, forget);
}
