/* The processes that searched together, as a section of a page. */
#include "show/page.h"

static void ranks_rows(struct naas_buf *out, const struct show_ranks *ranks)
{
    for (int i = 0; i < ranks->n; i++) {
        const struct show_rank *rank = &ranks->rank[i];
        double all = rank->busy_s + rank->idle_s;
        naas_buf_printf(out,
            "<tr><th>%d</th><td class=\"n\">%.0f</td><td class=\"n\">%.0f</td><td class=\"n\">%.3f</td><td "
            "class=\"n\">%.3f</td><td class=\"n\">%.1f %%</td><td class=\"n\">%.0f</td><td "
            "class=\"n\">%.0f</td></tr>\n",
            i, rank->threads, rank->searches, rank->busy_s, rank->idle_s,
            all > 0 ? 100 * rank->idle_s / all : 0, rank->messages, rank->bytes);
    }
}

void show_ranks_section(struct naas_buf *out, const struct show_ranks *ranks)
{
    double seconds = ranks->seconds > 0 ? ranks->seconds : 1;
    naas_buf_printf(out,
        "<section id=\"ranks\">\n<h2>Ranks</h2>\n<p>%d processes worked together for %.3f s. Rank 0 spent "
        "%.3f s "
        "(%.1f %%) of a processor on passing jobs and results, and %.3f s (%.1f %%) on keeping results: "
        "where one of "
        "these comes near the whole, more ranks do not help. Messages and bytes: to and from rank 0.</p>\n"
        "<div class=\"scroll\"><table>\n<thead><tr><th>rank</th><th class=\"n\">threads</th><th "
        "class=\"n\">searches</th><th class=\"n\">busy (s)</th><th class=\"n\">idle (s)</th><th "
        "class=\"n\">idle</th><th class=\"n\">messages</th><th "
        "class=\"n\">bytes</th></tr></thead>\n<tbody>\n",
        ranks->n, ranks->seconds, ranks->passing_s, 100 * ranks->passing_s / seconds, ranks->keeping_s,
        100 * ranks->keeping_s / seconds);
    ranks_rows(out, ranks);
    naas_buf_puts(out, "</tbody>\n</table></div>\n</section>\n\n");
}
