using ApiLb.Admin;

namespace ApiLb.Cli.Output;

/// <summary>Explanations for spreadsheets: a line for the state, each check, each event, and each reason why connections ended.</summary>
internal static class ExplanationCsv
{
    public static Csv Of(IReadOnlyList<BackendExplanation> explanations)
    {
        var csv = new Csv("pool", "backend", "kind", "at", "age_seconds", "result", "layer", "status_code", "duration_seconds", "connections", "text");
        foreach (var explanation in explanations)
        {
            var (pool, backend) = (explanation.Pool, explanation.Backend);
            csv.Add(pool, backend.Name, "status", backend.Since, backend.SinceSeconds, backend.Status, null, null, null, backend.Active, backend.Detail);
            csv.Add(pool, backend.Name, "new-connections", null, null, null, null, null, null, null, explanation.NewConnections);
            foreach (var probe in explanation.Probes)
            {
                csv.Add(pool, backend.Name, "check", null, probe.AgeSeconds, probe.Result, probe.Layer, probe.StatusCode, probe.DurationSeconds, null, probe.Detail);
            }

            foreach (var happened in explanation.Events)
            {
                csv.Add(pool, happened.Backend, happened.Kind, happened.At, null, null, null, null, null, null, happened.Text);
            }

            foreach (var (reason, connections) in explanation.Closes)
            {
                csv.Add(pool, backend.Name, "ended", null, null, reason, null, null, null, connections, null);
            }
        }

        return csv;
    }
}
