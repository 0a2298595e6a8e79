/* Option types: the index of them all. */
#include "types.h"

static const struct option_type *const types[] = {
    [SG_BOOL] = &type_bool,         [SG_INT] = &type_int,         [SG_SIZE] = &type_size,
    [SG_DURATION] = &type_duration, [SG_FLOAT] = &type_float,     [SG_STRING] = &type_string,
    [SG_PATH] = &type_path,         [SG_IP] = &type_ip,           [SG_ENDPOINT] = &type_endpoint,
    [SG_NETS] = &type_nets,         [SG_ENUM] = &type_enum,       [SG_FLAGS] = &type_flags,
    [SG_STRINGS] = &type_strings,   [SG_REGEX] = &type_regex,     [SG_MODE] = &type_mode,
    [SG_SECRET] = &type_secret,     [SG_REGEXES] = &type_regexes,
};

const struct option_type *option_type(enum sg_option_type type)
{
    return (size_t)type < sizeof types / sizeof *types ? types[type] : NULL;
}
