/* Accelerators written as JSON, every number stated, and as text. */
#include "accelsearch/jsonform.h"

static void write_member(struct naas_buf *out, const char *key, double number)
{
    naas_buf_printf(out, ", \"%s\": ", key);
    as_write_number(out, number);
}

static void write_storage(struct naas_buf *out, const struct as_level *level)
{
    naas_buf_puts(out, ", \"keeps\": ");
    as_write_roles(out, level->keeps);
    naas_buf_puts(out, ", \"may_pass\": ");
    as_write_roles(out, level->may_pass);
    naas_buf_printf(
        out, ", \"double_buffered\": %s,\n     \"partitions\": [", level->buffers == 2 ? "true" : "false");
    for (int p = 0; p < level->n_partitions; p++) {
        naas_buf_printf(out, "%s{\"roles\": ", p ? ", " : "");
        as_write_roles(out, level->partition[p].roles);
        naas_buf_printf(out, ", \"bytes\": %lld}", (long long)level->partition[p].bytes);
    }
    naas_buf_puts(out, "]");
}

static void write_ports(struct naas_buf *out, const struct as_level *level)
{
    naas_buf_puts(out, ",\n     \"ports\": [");
    for (int i = 0; i < level->n_ports; i++) {
        const struct as_port *port = &level->port[i];
        naas_buf_printf(out, "%s{\"name\": ", i ? ", " : "");
        json_write_string(out, port->name);
        naas_buf_puts(out, ", \"down\": ");
        as_write_roles(out, port->down);
        naas_buf_puts(out, ", \"up\": ");
        as_write_roles(out, port->up);
        write_member(out, "words_per_cycle", port->words_per_cycle);
        naas_buf_puts(out, "}");
    }
    naas_buf_puts(out, "]");
}

static void write_array(struct naas_buf *out, const struct as_level *level)
{
    naas_buf_puts(out, ",\n     \"array\": [");
    for (int a = 0; a < level->n_axes; a++) {
        const struct as_array_axis *axis = &level->axis[a];
        naas_buf_printf(out, "%s{\"name\": ", a ? ", " : "");
        json_write_string(out, axis->name);
        naas_buf_printf(out, ", \"size\": %d, \"dims\": \"%s\"}", axis->size, axis->dims);
    }
    naas_buf_puts(out, "]");
    if (level->n_axes > 0)
        write_member(out, "hop_pj", level->hop_pj);
}

static void write_level(struct naas_buf *out, const struct as_accel *accel, int l)
{
    const struct as_level *level = &accel->level[l];
    naas_buf_puts(out, "{\"name\": ");
    json_write_string(out, level->name);
    if (l > 0)
        write_storage(out, level);
    if (l < accel->n_levels - 1) {
        write_ports(out, level);
        write_array(out, level);
    }
    if (level->access_words_per_cycle > 0)
        write_member(out, "access_words_per_cycle", level->access_words_per_cycle);
    write_member(out, "read_pj", level->read_pj);
    write_member(out, "write_pj", level->write_pj);
    write_member(out, "area_um2", level->area_um2);
    naas_buf_puts(out, "}");
}

void as_accel_json(struct naas_buf *out, const struct as_accel *accel)
{
    naas_buf_puts(out, "{\n  \"format\": 1,\n  \"kind\": \"accelerator\",\n  \"name\": ");
    json_write_string(out, accel->name);
    naas_buf_printf(out, ",\n  \"technology_nm\": %d, \"word_bits\": %d, \"acc_bits\": %d",
        accel->technology_nm, accel->word_bits, accel->acc_bits);
    write_member(out, "clock_mhz", accel->clock_mhz);
    write_member(out, "leakage_mw", accel->leakage_mw);
    naas_buf_printf(out, ",\n  \"padding\": \"%s\", \"accounting\": \"%s\",\n",
        accel->padding_stored ? "stored" : "implicit",
        accel->accounting == AS_TIMELOOP ? "timeloop" : "naas");
    naas_buf_printf(out, "  \"mac\": {\"per_cycle\": %d", accel->macs_per_cycle);
    write_member(out, "pj", accel->mac_pj);
    write_member(out, "area_um2", accel->mac_area_um2);
    naas_buf_puts(out, "},\n  \"levels\": [");
    for (int l = 0; l < accel->n_levels; l++) {
        naas_buf_puts(out, l ? ",\n    " : "\n    ");
        write_level(out, accel, l);
    }
    naas_buf_puts(out, "\n  ]\n}\n");
}

/* ---- text ---- */

static void print_roles(struct naas_buf *out, unsigned roles)
{
    const char *separator = "";
    if (!roles)
        naas_buf_puts(out, "nothing");
    for (int r = 0; r < 3; r++) {
        if (!(roles & 1u << r))
            continue;
        naas_buf_printf(out, "%s%s", separator, as_role_names[r]);
        separator = "+";
    }
}

static void print_below(struct naas_buf *out, const struct as_level *level)
{
    for (int i = 0; i < level->n_ports; i++) {
        const struct as_port *port = &level->port[i];
        naas_buf_printf(out, "    port %s: %g words/cycle, in ", port->name, port->words_per_cycle);
        print_roles(out, port->down);
        naas_buf_puts(out, ", out ");
        print_roles(out, port->up);
        naas_buf_puts(out, "\n");
    }
    for (int a = 0; a < level->n_axes; a++)
        naas_buf_printf(out, "    axis %s: %d of %s\n", level->axis[a].name, level->axis[a].size,
            level->axis[a].dims[0] ? level->axis[a].dims : "any dim");
}

void as_accel_print(struct naas_buf *out, const struct as_accel *accel)
{
    int64_t pes = as_instances(accel, accel->n_levels - 1);
    naas_buf_printf(out, "accelerator %s: %lld x %d MACs, %d-bit words, %d-bit sums, %g MHz, %d nm\n",
        accel->name, (long long)pes, accel->macs_per_cycle, accel->word_bits, accel->acc_bits,
        accel->clock_mhz, accel->technology_nm);
    for (int l = 0; l < accel->n_levels; l++) {
        const struct as_level *level = &accel->level[l];
        naas_buf_printf(out, "  %s x %lld: read %.4g pJ, write %.4g pJ", level->name,
            (long long)as_instances(accel, l), level->read_pj, level->write_pj);
        for (int p = 0; l > 0 && p < level->n_partitions; p++) {
            naas_buf_printf(out, ", %lld bytes ", (long long)level->partition[p].bytes);
            print_roles(out, level->partition[p].roles);
        }
        naas_buf_puts(out, level->buffers == 2 ? ", double-buffered\n" : "\n");
        print_below(out, level);
    }
    naas_buf_printf(out, "  MAC %.4g pJ, leakage %g mW\n", accel->mac_pj, accel->leakage_mw);
}
