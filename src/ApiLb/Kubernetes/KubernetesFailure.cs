using System.Globalization;
using System.Net;
using System.Text.Json;

namespace ApiLb.Kubernetes;

/// <summary>Why an apiserver gave no usable answer.</summary>
/// <param name="Kind">For counters and decisions.</param>
/// <param name="Detail">For people; without control characters.</param>
internal sealed record KubernetesFailure(KubernetesFailureKind Kind, string Detail)
{
    private const int LongestMessage = 300;

    /// <summary>The failure that an HTTP status means.</summary>
    /// <param name="status">Not a success.</param>
    /// <param name="body">A Status object, or anything.</param>
    public static KubernetesFailure OfStatus(HttpStatusCode status, ReadOnlySpan<byte> body)
    {
        var kind = status switch
        {
            HttpStatusCode.Unauthorized => KubernetesFailureKind.Unauthorized,
            HttpStatusCode.Forbidden => KubernetesFailureKind.Forbidden,
            HttpStatusCode.NotFound => KubernetesFailureKind.NotFound,
            HttpStatusCode.Gone => KubernetesFailureKind.Expired,
            _ => KubernetesFailureKind.Status,
        };
        var message = MessageOf(body);
        var code = string.Create(CultureInfo.InvariantCulture, $"status {(int)status}");
        return new KubernetesFailure(kind, message.Length == 0 ? code : $"{code}: {message}");
    }

    /// <summary>What a server said, fit for a log line.</summary>
    public static string Shorten(string text)
    {
        var shown = text.Length > LongestMessage ? text[..LongestMessage] + "..." : text;
        return string.Concat(shown.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c)).Trim();
    }

    private static string MessageOf(ReadOnlySpan<byte> body)
    {
        try
        {
            return Shorten(JsonSerializer.Deserialize(body, KubernetesJsonContext.Default.ApiStatus)?.Message ?? "");
        }
        catch (JsonException)
        {
            return "";
        }
    }
}
