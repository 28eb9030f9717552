using ApiLb.Admin;
using ApiLb.Configuration.Values;

namespace ApiLb.Cli;

/// <summary>Watches a backend until it has reached a goal, with a bar on a terminal.</summary>
internal sealed class BackendWait(AdminClient client, BackendStatus backend, BackendGoal goal, TimeProvider time)
{
    private const int BarWidth = 24;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    private readonly long _most = Math.Max(1, backend.Active);

    private string Name => $"{backend.Pool}/{backend.Name}";

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var now = backend;
        while (!goal.IsReached(now))
        {
            if (time.GetElapsedTime(began) >= timeout)
            {
                await EndAsync($"{Name}: still {goal.Left(now)} after {Duration.Format(timeout)}: see 'apilb connections --backend {Name}' and 'apilb explain {Name}'", cancellation);
                return ExitCode.WaitedInVain;
            }

            await DrawAsync(now, time.GetElapsedTime(began), cancellation);
            await Task.Delay(Pace, time, cancellation);
            now = await ReadAsync(cancellation);
        }

        await EndAsync($"{Name} {goal.Description}, after {ShortText.Duration(time.GetElapsedTime(began).TotalSeconds)}", cancellation);
        return ExitCode.Success;
    }

    /// <summary>One line: <c>cp1 [######------] 31 connections left, 12s</c>.</summary>
    public static string Bar(string name, long left, long most, string what, TimeSpan elapsed)
    {
        var done = (int)(BarWidth * (1 - (Math.Min(left, most) / (double)most)));
        return $"{name} [{new string('#', done)}{new string('-', BarWidth - done)}] {what}, {ShortText.Duration(elapsed.TotalSeconds)}";
    }

    private async Task<BackendStatus> ReadAsync(CancellationToken cancellation)
    {
        var all = await client.GetAsync("/v1/backends", AdminJsonContext.Default.IReadOnlyListBackendStatus, cancellation);
        return all.FirstOrDefault(b => b.Pool == backend.Pool && b.Name == backend.Name)
            ?? throw new AdminClientException(ExitCode.Failure, $"{Name} is no longer a member of its pool: nothing is left to wait for.");
    }

    private async Task DrawAsync(BackendStatus now, TimeSpan elapsed, CancellationToken cancellation)
    {
        if (Terminal.HasErrorTerminal)
        {
            var line = Bar(now.Name, goal.IsReached(now) ? 0 : now.Active, _most, goal.Left(now), elapsed);
            await Console.Error.WriteAsync($"\r\e[K{Terminal.Cut(line)}".AsMemory(), cancellation);
        }
    }

    private static async Task EndAsync(string text, CancellationToken cancellation) =>
        await Console.Error.WriteLineAsync(((Terminal.HasErrorTerminal ? "\r\e[K" : "") + text).AsMemory(), cancellation);
}
