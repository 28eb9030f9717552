using System.Diagnostics.CodeAnalysis;

namespace ApiLb.Validation.Requests;

/// <summary>Counts what became of connections. Thread-safe.</summary>
/// <param name="names">The apiservers by the thumbprint of their certificates.</param>
/// <param name="time">The clock of when a failure was met.</param>
internal sealed class RequestTally(IReadOnlyDictionary<string, string> names, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly long _started = time.GetTimestamp();
    private readonly List<double> _milliseconds = [];
    private readonly SortedDictionary<string, int> _backends = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RequestsResult.Failure> _failures = new(StringComparer.Ordinal);

    public void Add(VisitResult visit)
    {
        var at = Math.Round(time.GetElapsedTime(_started).TotalSeconds, 1);
        lock (_lock)
        {
            _milliseconds.Add(visit.Elapsed.TotalMilliseconds);
            if (visit.Failure is { } reason)
            {
                _failures[reason] = _failures.TryGetValue(reason, out var known)
                    ? known with { Count = known.Count + 1, LastAtSeconds = at }
                    : new RequestsResult.Failure(reason, 1, at, at);
            }
            else if (NameOf(visit.Certificate) is { } name)
            {
                _backends[name] = _backends.GetValueOrDefault(name) + 1;
            }
        }
    }

    public RequestsResult Result()
    {
        lock (_lock)
        {
            var sorted = _milliseconds.Order().ToArray();
            return new RequestsResult(
                sorted.Length,
                _failures.Values.Sum(f => f.Count),
                sorted.Length == 0 ? 0 : Math.Round(sorted[^1], 1),
                sorted.Length == 0 ? 0 : Math.Round(sorted[(sorted.Length - 1) * 99 / 100], 1),
                new SortedDictionary<string, int>(_backends, StringComparer.Ordinal),
                [.. _failures.Values.OrderByDescending(f => f.Count)]);
        }
    }

    [return: NotNullIfNotNull(nameof(certificate))]
    private string? NameOf(string? certificate) =>
        certificate is null ? null : names.GetValueOrDefault(certificate, $"certificate {certificate[..8]}");
}
