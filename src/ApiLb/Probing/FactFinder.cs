using ApiLb.Backends;

namespace ApiLb.Probing;

/// <summary>
/// Gathers <see cref="BackendFacts"/> from what checks see anyway, and asks an apiserver for its version once per fresh connection.
/// Nothing here says anything about health.
/// </summary>
/// <param name="uri">Of <c>/version</c>; null: not asked.</param>
/// <param name="exchange">How to ask.</param>
/// <param name="time">The clock to which the server's is compared.</param>
internal sealed class FactFinder(Uri? uri, HttpExchange exchange, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>A server that does not answer costs the kept connection: it is not asked again so soon.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    private BackendFacts _facts = new();
    private KeptConnection? _asked;
    private long? _failedAt;
    private bool _hasNews;

    /// <summary>A handshake showed a certificate; null: it came to none.</summary>
    public void Saw(CertificateFacts? certificate)
    {
        if (certificate is not null)
        {
            _facts = _facts with { Certificate = certificate };
            _hasNews = true;
        }
    }

    /// <inheritdoc cref="IProber.LearnAsync"/>
    public async ValueTask<BackendFacts?> LearnAsync(KeptConnection? connection, CancellationToken stop)
    {
        if (uri is not null && connection is not null && !ReferenceEquals(connection, _asked) && !IsPausing)
        {
            _asked = connection;
            await AskAsync(connection, uri, stop);
        }

        var hasNews = _hasNews;
        _hasNews = false;
        return hasNews ? _facts : null;
    }

    private bool IsPausing => _failedAt is { } at && time.GetElapsedTime(at) < Pause;

    private async ValueTask AskAsync(KeptConnection connection, Uri version, CancellationToken stop)
    {
        using var tooLong = new CancellationTokenSource(Patience, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(tooLong.Token, stop);
        var sent = time.GetUtcNow();
        var answer = await exchange.AskAsync(connection, version, deadline.Token);
        var received = time.GetUtcNow();
        _failedAt = answer.Outcome == HttpOutcome.Answered ? null : time.GetTimestamp();
        if (answer.Outcome == HttpOutcome.Answered)
        {
            _facts = _facts with
            {
                Version = VersionAnswer.Parse(answer.Body.Span) ?? _facts.Version,
                ClockOffset = answer.Date is { } date ? OffsetOf(date, sent, received) : null,
            };
            _hasNews = true;
        }
    }

    // The header has whole seconds: in the middle of its second, as seen from the middle of the exchange.
    private static TimeSpan OffsetOf(DateTimeOffset date, DateTimeOffset sent, DateTimeOffset received) =>
        date + TimeSpan.FromSeconds(0.5) - (sent + ((received - sent) / 2));
}
