using System.Globalization;
using System.Text;
using ApiLb.EndToEndTests.Processes;

namespace ApiLb.EndToEndTests.Soak;

/// <summary>Draws the samples with gnuplot: what the balancer had over time, and what happened meanwhile.</summary>
internal static class SoakPlot
{
    private const string Panels = """
        set datafile separator "\t"
        set terminal pngcairo size 1600,1700 font "DejaVu Sans,10"
        set key outside right top vertical width -2 samplen 2
        set grid ytics lc rgb "#dddddd"
        set style data lines
        set lmargin 12
        set rmargin 30
        set tmargin 1
        set bmargin 2
        set yrange [0:*]
        set multiplot layout 6,1
        set ylabel "connections"
        plot samples using "seconds":"connections" lw 1.5 title "of clients", "" using "seconds":"established" title "established sockets", "" using "seconds":"closing" title "closing", "" using "seconds":"close_wait" title "close-wait"
        unset label
        set ylabel "descriptors"
        plot samples using "seconds":"descriptors" lw 1.5 title "all", "" using "seconds":"sockets" title "sockets", "" using "seconds":"pipes" title "ends of pipes", "" using "seconds":"other" title "others"
        set ylabel "MiB"
        plot samples using "seconds":(column("anonymous_kib")/1024) lw 1.5 title "anonymous", "" using "seconds":(column("heap_kib")/1024) title "managed, after a GC"
        set ylabel "number"
        plot samples using "seconds":"gc_handles" lw 1.5 title "GC handles", "" using "seconds":"timers" title "timers", "" using "seconds":"threads" title "threads"
        set ylabel "new connections"
        set y2tics
        set y2range [0:*]
        before = NaN
        plot samples using "seconds":(rate = column("served") - before, before = column("served"), rate < 0 ? NaN : rate) title "served in a second", "" using "seconds":"failed" axes x1y2 title "not served so far (right)"
        unset y2tics
        set ylabel "% of a core, ms"
        set xlabel "seconds"
        plot samples using "seconds":"balancer_cpu" lw 1.5 title "CPU of the balancer", "" using "seconds":"machine_cpu" title "CPU of the machine", "" using "seconds":"late_ms" title "sample late (ms)"
        unset multiplot

        """;

    public static async Task DrawAsync(string samples, IReadOnlyCollection<SoakEvent> events, string picture)
    {
        var script = Path.ChangeExtension(picture, ".gnuplot");
        await File.WriteAllTextAsync(script, $"samples = \"{samples}\"\nset output \"{picture}\"\n" + Lines(events) + Panels);
        await Command.RunAsync("gnuplot", script);
    }

    // A line through all panels; its words stand in the first one, where they do not stand on others.
    private static string Lines(IReadOnlyCollection<SoakEvent> events)
    {
        var script = new StringBuilder();
        var room = events.Count == 0 ? 0 : events.Max(happened => happened.Seconds) / 60;
        var free = 0.0;
        foreach (var happened in events)
        {
            var colour = happened.IsTrouble ? "#d08080" : "#8080d0";
            script.Append(CultureInfo.InvariantCulture, $"set arrow from {happened.Seconds:F1}, graph 0 to {happened.Seconds:F1}, graph 1 nohead lc rgb \"{colour}\" dt 3\n");
            if (happened.Seconds >= free)
            {
                script.Append(CultureInfo.InvariantCulture, $"set label \"{happened.What}\" at {happened.Seconds:F1}, graph 0.95 rotate by 270 left font \",8\" tc rgb \"#404040\" offset 0.5,0\n");
                free = happened.Seconds + room;
            }
        }

        return script.ToString();
    }
}
