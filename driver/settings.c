#include "driver/settings.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool read_number(const char *text, double low, double high, double *value)
{
    char *end;
    *value = strtod(text, &end);
    return end != text && !*end && *value >= low && *value <= high;
}

static bool read_choice(const char *choices, const char *text, int *at)
{
    size_t length = strlen(text);
    for (*at = 0;; (*at)++) {
        size_t n = strcspn(choices, "|");
        if (n == length && memcmp(choices, text, n) == 0)
            return true;
        if (!choices[n])
            return false;
        choices += n + 1;
    }
}

static bool store(const struct setting *setting, char *member, const char *text)
{
    struct settings_list *list = (void *)member;
    double number = 0;
    switch (setting->kind) {
    case SETTING_TEXT:
        *(const char **)member = text;
        return *text != '\0';
    case SETTING_LIST:
        if (list->n == SETTINGS_MAX_LIST)
            return false;
        list->word[list->n++] = text;
        return *text != '\0';
    case SETTING_COUNT:
    case SETTING_LONG:
        if (!read_number(text, setting->low, setting->high, &number) || number != floor(number))
            return false;
        if (setting->kind == SETTING_COUNT)
            *(int *)member = (int)number;
        else
            *(int64_t *)member = (int64_t)number;
        return true;
    case SETTING_BYTES:
        *(int64_t *)member = read_number(text, 1, 0x1p50, &number) ? (int64_t)number : as_bytes_of(text);
        return *(int64_t *)member > 0;
    case SETTING_NUMBER:
        return read_number(text, setting->low, setting->high, (double *)member);
    case SETTING_CHOICE:
        return read_choice(setting->argument, text, (int *)member);
    case SETTING_SWITCH:
    case SETTING_FORM:
        break;
    }
    return false;
}

const char *settings_read(struct naas_ctx *ctx, const struct setting *settings, int n, void *values,
    struct settings_list *operands, int argc, const char *const *argv)
{
    const struct setting *form = NULL;
    for (int i = 0; i < argc; i++) {
        const struct setting *setting = NULL;
        for (int k = 0; k < n && !setting; k++)
            if (strcmp(argv[i], settings[k].name) == 0)
                setting = &settings[k];
        if (!setting && operands && argv[i][0] != '-' && operands->n < SETTINGS_MAX_LIST) {
            operands->word[operands->n++] = argv[i];
            continue;
        }
        if (!setting)
            return naas_format(ctx, "unknown option %s", argv[i]);
        char *member = (char *)values + setting->offset;
        if (setting->kind == SETTING_FORM && form && form != setting)
            return naas_format(ctx, "%s and %s exclude each other", form->name, setting->name);
        if (setting->kind == SETTING_FORM)
            form = setting;
        if (setting->kind == SETTING_SWITCH || setting->kind == SETTING_FORM) {
            *(bool *)member = true;
            continue;
        }
        if (i + 1 == argc)
            return naas_format(ctx, "%s needs %s", setting->name, setting->argument);
        if (!store(setting, member, argv[++i]))
            return naas_format(ctx, "invalid value '%s' of %s %s", argv[i], setting->name, setting->argument);
    }
    return NULL;
}

void settings_help(FILE *out, const struct setting *settings, int n)
{
    for (int i = 0; i < n; i++) {
        char left[64];
        snprintf(
            left, sizeof left, "%s %s", settings[i].name, settings[i].argument ? settings[i].argument : "");
        fprintf(out, "  %-42s %s\n", left, settings[i].help);
    }
}
