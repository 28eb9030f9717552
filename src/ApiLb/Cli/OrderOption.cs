using System.CommandLine;
using ApiLb.Configuration.Values;

namespace ApiLb.Cli;

/// <summary>The options that commands which change something have in common. The daemon checks their ranges.</summary>
internal static class OrderOption
{
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(10);

    public static Option<TimeSpan?> For() => Time("--for", "Take it back by itself after this time, such as 10m; default: never");

    public static Option<TimeSpan?> Grace() =>
        Time("--grace", "How long established connections may go on; 0: close them now; default: as long as the pool's timeouts.drain");

    public static Option<int?> Pace() => new("--pace") { Description = "Close so many connections in a second; default: as many as do not disturb others", HelpName = "N" };

    /// <param name="forWhat">What is waited for.</param>
    public static Option<bool> Wait(string forWhat) => new("--wait") { Description = $"Return when {forWhat}; exit code {ExitCode.WaitedInVain} when that takes longer than --timeout" };

    public static Option<TimeSpan?> Timeout() => Time("--timeout", $"How long --wait waits; default: {Duration.Format(DefaultTimeout)}");

    private static Option<TimeSpan?> Time(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DURATION",
        CustomParser = result => AdminOption.Parse(Duration.Parse)(result),
    };
}
