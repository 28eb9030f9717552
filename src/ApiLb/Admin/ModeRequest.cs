using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Configuration.Values;
using ApiLb.Health;
using Microsoft.AspNetCore.Http;

namespace ApiLb.Admin;

/// <summary>Answers <c>POST /v1/drain</c>, <c>/v1/maint</c> and <c>/v1/ready</c>.</summary>
internal sealed class ModeRequest(AdminSources sources, StatusReader status, TimeProvider time)
{
    public const int FastestPace = 100_000;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    private readonly BackendFinder _finder = new(sources.Pools);

    public async ValueTask<AdminAnswer> AnswerAsync(OperatorMode mode, AdminCall call, CancellationToken cancellation)
    {
        var name = call.Query.Require("backend");
        var order = Read(mode, call);
        if (call.Query.Problem is { } problem)
        {
            return AdminAnswer.Refused(problem);
        }

        if (!_finder.TryFind(name, out var found, out var refusal))
        {
            return refusal;
        }

        // Before the order: without a grace, what it closes is gone by the time it is written down.
        var established = found.Backend.Connections.Count;
        var outcome = await sources.Operators.SetModeAsync(found.Backend, order, cancellation);
        if (outcome.Refusal is { } why)
        {
            return AdminAnswer.Refused(why, StatusCodes.Status409Conflict);
        }

        var result = new OrderResult(Describe(found.Backend, order, established), WarningOf(found.Pool, outcome.Forgotten), status.Read(found.Pool, found.Backend));
        return AdminAnswer.Json(result, AdminJsonContext.Default.OrderResult);
    }

    private ModeOrder Read(OperatorMode mode, AdminCall call)
    {
        var now = time.GetUtcNow();
        if (mode == OperatorMode.Ready)
        {
            return new ModeOrder(mode, new OrderTerms(call.By, now));
        }

        var length = call.Query.ReadOrNull("for", Duration.Between(Shortest, Longest));
        return new ModeOrder(mode, new OrderTerms(call.By, now, now + length))
        {
            Grace = call.Query.ReadOrNull("grace", Duration.Between(TimeSpan.Zero, Longest)),
            Pace = call.Query.ReadOrNull("pace", WholeNumber.Between(1, FastestPace)),
        };
    }

    private string Describe(Backend backend, ModeOrder order, int established) => order.Mode == OperatorMode.Ready
        ? $"{backend}: drain and maint are taken back, its checks decide"
        : $"{backend} is in {Choice.WordOf(order.Mode)}{(order.Terms?.Until is { } until ? $" until {until:u}" : "")}: no new connections"
            + $"{(order.Mode == OperatorMode.Maint ? ", no checks" : "")}; {established} established, which {FateOf(backend, order)}";

    private string FateOf(Backend backend, ModeOrder order)
    {
        var grace = order.Grace ?? (PoolOf(backend).Timeouts.Drain is var drain && drain > TimeSpan.Zero ? drain : null);
        return grace is null ? "end by themselves"
            : grace == TimeSpan.Zero ? "are closed now"
            : $"are closed in {Duration.Format(grace.Value)}";
    }

    private PoolOptions PoolOf(Backend backend) => sources.Pools.First(p => p.Name == backend.Pool).Options;

    private static string? WarningOf(BackendPool pool, string? lost)
    {
        var empty = pool.Snapshot.ReadyCount == 0 ? $"nobody in pool {pool.Name} is ready now" : null;
        var forgotten = lost is null ? null : $"a restart of the daemon will forget this: {lost}";
        return (empty, forgotten) is (null, null) ? null : string.Join("; ", ((string?[])[empty, forgotten]).OfType<string>());
    }
}
