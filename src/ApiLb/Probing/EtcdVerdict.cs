using System.Net;
using System.Text.Json;
using ApiLb.Backends;
using ApiLb.Health;

namespace ApiLb.Probing;

/// <summary>
/// Translates what an etcd member answers into evidence: <c>/readyz</c> or <c>/health</c>, and the JSON gateway's
/// <c>/v3/maintenance/status</c>, without which a learner cannot be told from a voter.
/// </summary>
internal static class EtcdVerdict
{
    /// <param name="status">The HTTP status.</param>
    /// <param name="body"><c>[-]linearizable_read failed: ...</c> lines of /readyz, or the JSON of /health.</param>
    public static ProbeVerdict FromReadiness(HttpStatusCode status, ReadOnlySpan<byte> body)
    {
        if (status == HttpStatusCode.OK)
        {
            return new ProbeVerdict(new HealthReport(HealthEvidence.Ready, HealthCause.Passed, "HTTP 200"), ProbeLayer.L7, 200);
        }

        var words = body.StartsWith("{"u8) ? ReasonOf(body) : ReadyzBody.Parse(body).Describe();
        return NotReady(status, words.Length == 0 ? $"HTTP {(int)status}" : $"HTTP {(int)status}: {words}");
    }

    /// <summary>What the status of a member that says it is ready has against it; null: nothing, or it cannot be read.</summary>
    public static ProbeVerdict? FromStatus(HttpStatusCode status, ReadOnlyMemory<byte> body)
    {
        if (status != HttpStatusCode.OK)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("header", out _) ? null
                : root.TryGetProperty("isLearner", out var learner) && learner.ValueKind == JsonValueKind.True ? NotReady(status, "it is a learner")
                : HasLeader(root) ? null
                : NotReady(status, "it sees no leader");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Also a leader that is no UTF-8.
            return null;
        }
    }

    // The gateway leaves out what is zero.
    private static bool HasLeader(JsonElement root) =>
        root.TryGetProperty("leader", out var leader) && leader.ToString() is not ("" or "0");

    private static string ReasonOf(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            return document.RootElement.TryGetProperty("reason", out var reason) && reason.ValueKind == JsonValueKind.String
                ? ProbeText.Clean(reason.GetString()!)
                : "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Also a string of broken UTF-16.
            return "";
        }
    }

    private static ProbeVerdict NotReady(HttpStatusCode status, string detail) => ProbeVerdict.NotReady(HealthCause.Status, detail, (int)status);
}
