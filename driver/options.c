#include "driver/options.h"
#include "driver/man.h"
#include "driver/objective.h"
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum kind {
    SWITCH,  /* bool: true for the name, false for the negative name */
    TEXT,    /* const char *: what stands behind the = */
    CHOICE,  /* const char *: one of choices */
    CHOICES, /* unsigned: bits of choices, separated by commas */
    SECOND,  /* bool: the second of two choices */
    /* Those that the table's default is read into: */
    RANK,    /* int: position among choices */
    SECONDS, /* int, 1 or more */
    GOAL,    /* struct as_goal */
    SEED,    /* uint64_t */
};

struct spec {
    const char *name, *negative; /* without the = */
    enum kind kind;
    size_t offset; /* of the member of struct options */
    const char *argument, *choices, *fallback;
    const char *help;
};

#define MEMBER(name) offsetof(struct options, name)

static const struct spec specs[] = {
    {"-fnaas", "-fno-naas", SWITCH, MEMBER(enabled), NULL, NULL, "on",
        "map annotated nests; off: compile exactly as the host compiler does"},
    {"-fnaas-target", NULL, CHOICE, MEMBER(target), "TARGET", "sim,native", "sim",
        "what runs the nests: the simulated accelerator, or the CPU at full speed"},
    {"-fnaas-accel", NULL, TEXT, MEMBER(accel), "FILE|NAME", NULL, "default",
        "the accelerator: a JSON file, or the name of a shipped one; of native, this machine unless told"},
    {"-fnaas-budget", NULL, TEXT, MEMBER(budget), "FILE|NAME", NULL, NULL,
        "search an accelerator for the whole program within the budget of this one, when it is linked"},
    {"-fnaas-objective", NULL, GOAL, MEMBER(goal), "WHAT", NULL, "edp",
        "what mappings and accelerators are to make small: edp, latency, energy, area, or exponents such as "
        "energy=1,delay=2"},
    {"-fnaas-effort", NULL, RANK, MEMBER(effort), "EFFORT", "quick,normal,thorough,measure", "normal",
        "how long to search; quick takes a quarter of the time of normal, thorough eight times as long; "
        "measure is normal, and times "
        "the best few kernels of the native target on this machine"},
    {"-fnaas-seed", NULL, SEED, MEMBER(seed), "N", NULL, "1", "of everything random in the searches"},
    {"-fnaas-reassociate", "-fno-naas-reassociate", SWITCH, MEMBER(reassociate), NULL, NULL, "on",
        "sums of floating point may be added in another order"},
    {"-fnaas-dump", NULL, CHOICES, MEMBER(dumps), "WHAT[,WHAT]", "nest,scop,problem,accel,mapping,schedule,c",
        NULL, "print what a nest becomes on the way, and compile nothing"},
    {"-fnaas-dump-format", NULL, SECOND, MEMBER(json), "FORMAT", "text,json", "text", "form of the dumps"},
    {"-fnaas-verify", "-fno-naas-verify", SWITCH, MEMBER(verify), NULL, NULL, "off",
        "the program runs every nest twice, mapped and as written, and compares"},
    {"-fnaas-report", NULL, TEXT, MEMBER(report), "FILE", NULL, NULL,
        "add a line of JSON about every mapped nest to FILE, or an article to FILE.html"},
    {"-fnaas-db", NULL, TEXT, MEMBER(database), "FILE|none", NULL, NULL,
        "where mappings are remembered, so that an unchanged nest is not searched again; unless told naas.db "
        "in "
        "the user's cache folder"},
    {"-fnaas-timeout", NULL, SECONDS, MEMBER(timeout), "SECONDS", NULL, "60",
        "after this time a file is compiled as it is"},
    {"-Rnaas", "-Rno-naas", SWITCH, MEMBER(remarks), NULL, NULL, "off",
        "say what became of every nest, and its predicted cost"},
    {"-Werror=naas", "-Wno-error=naas", SWITCH, MEMBER(errors), NULL, NULL, "off",
        "an annotated nest that cannot be mapped is an error"},
};
enum { N_SPECS = sizeof specs / sizeof specs[0] };

/* Position of the word text[0..length) in a list separated by commas; -1 when it is not there. */
static int find_word(const char *list, const char *text, size_t length)
{
    for (int i = 0;; i++) {
        size_t n = strcspn(list, ",");
        if (n == length && memcmp(list, text, n) == 0)
            return i;
        if (!list[n])
            return -1;
        list += n + 1;
    }
}

static bool set_choices(unsigned *bits, const char *list, const char *text)
{
    *bits = 0;
    for (;;) {
        size_t n = strcspn(text, ",");
        int at = find_word(list, text, n);
        if (at < 0)
            return false;
        *bits |= 1u << at;
        if (!text[n])
            return true;
        text += n + 1;
    }
}

static bool set_seconds(int *seconds, const char *text)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (end == text || *end || value < 1 || value > 86400)
        return false;
    *seconds = (int)value;
    return true;
}

static bool set_seed(uint64_t *seed, const char *text)
{
    char *end;
    errno = 0;
    *seed = strtoull(text, &end, 10);
    return isdigit((unsigned char)*text) && !*end && errno == 0;
}

/* Stores a value; false when it is none. */
static bool set_value(const struct spec *spec, struct options *options, const char *value)
{
    void *member = (char *)options + spec->offset;
    int at;
    switch (spec->kind) {
    case SWITCH:
        return false;
    case TEXT:
        *(const char **)member = value;
        return *value != '\0';
    case CHOICE:
        *(const char **)member = value;
        return find_word(spec->choices, value, strlen(value)) >= 0;
    case CHOICES:
        return set_choices(member, spec->choices, value);
    case SECOND:
        at = find_word(spec->choices, value, strlen(value));
        *(bool *)member = at == 1;
        return at >= 0;
    case RANK:
        *(int *)member = find_word(spec->choices, value, strlen(value));
        return *(int *)member >= 0;
    case SECONDS:
        return set_seconds(member, value);
    case GOAL:
        return objective_read(value, member);
    case SEED:
        return set_seed(member, value);
    }
    return false;
}

void options_default(struct options *options)
{
    *options = (struct options){.enabled = true, .reassociate = true};
    for (int i = 0; i < N_SPECS; i++)
        if (specs[i].kind >= RANK)
            set_value(&specs[i], options, specs[i].fallback);
}

static enum option_result wrong_value(const struct spec *spec, const char *value, char *message, size_t size)
{
    if (spec->choices)
        snprintf(message, size, "invalid value '%s' in '%s=': expected %s of %s", value, spec->name,
            spec->kind == CHOICES ? "some" : "one", spec->choices);
    else
        snprintf(message, size, "invalid value '%s' in '%s=%s'", value, spec->name, spec->argument);
    return OPTION_WRONG;
}

enum option_result options_take(struct options *options, const char *word, char *message, size_t size)
{
    for (int i = 0; i < N_SPECS; i++) {
        const struct spec *spec = &specs[i];
        size_t n = strlen(spec->name);
        bool *flag = (bool *)((char *)options + spec->offset);
        if (spec->kind == SWITCH) {
            bool off = spec->negative && strcmp(word, spec->negative) == 0;
            if (!off && strcmp(word, spec->name) != 0)
                continue;
            *flag = !off;
            return OPTION_TAKEN;
        }
        if (strncmp(word, spec->name, n) != 0 || (word[n] && word[n] != '='))
            continue;
        const char *value = word[n] ? word + n + 1 : "";
        return set_value(spec, options, value) ? OPTION_TAKEN : wrong_value(spec, value, message, size);
    }
    if (strncmp(word, "-fnaas", 6) != 0 && strncmp(word, "-fno-naas", 9) != 0)
        return OPTION_FOREIGN;
    snprintf(message, size, "unknown option '%s'; naascc --help lists them", word);
    return OPTION_WRONG;
}

void options_help(FILE *out)
{
    for (int i = 0; i < N_SPECS; i++) {
        const struct spec *spec = &specs[i];
        char left[64];
        snprintf(left, sizeof left, "%s%s%s", spec->name, spec->argument ? "=" : "",
            spec->argument ? spec->argument : "");
        fprintf(out, "  %-30s %s\n", left, spec->help);
        if (spec->choices)
            fprintf(out, "  %-30s %s: %s\n", "", spec->kind == CHOICES ? "any of" : "one of", spec->choices);
        if (spec->negative)
            fprintf(out, "  %-30s off: %s\n", "", spec->negative);
        if (spec->fallback)
            fprintf(out, "  %-30s default: %s\n", "", spec->fallback);
    }
}

void options_man(FILE *out)
{
    for (int i = 0; i < N_SPECS; i++) {
        const struct spec *spec = &specs[i];
        char term[128], more[256];
        snprintf(term, sizeof term, "%s%s%s%s%s", spec->name, spec->argument ? "=" : "",
            spec->argument ? spec->argument : "", spec->negative ? ", " : "",
            spec->negative ? spec->negative : "");
        snprintf(more, sizeof more, "%s%s%s%s", spec->choices ? "Values: " : "",
            spec->choices ? spec->choices : "", spec->choices && spec->fallback ? ". " : "",
            spec->fallback ? "Default: " : "");
        if (spec->fallback)
            strncat(more, spec->fallback, sizeof more - strlen(more) - 1);
        man_item(out, term, spec->help, *more ? more : NULL);
    }
}

static const char *fallback_of(const char *name)
{
    for (int i = 0; i < N_SPECS; i++)
        if (strcmp(specs[i].name, name) == 0)
            return specs[i].fallback;
    return NULL;
}

const char *options_default_target(void)
{
    return fallback_of("-fnaas-target");
}

const char *options_default_accel(void)
{
    return fallback_of("-fnaas-accel");
}
