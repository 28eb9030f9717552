using System.Globalization;

namespace ApiLb.EndToEndTests.Soak;

/// <summary>How long a soak is and what happens in it. Rates are low: it shall find what grows, not what is slow, and leave the machine to others.</summary>
/// <param name="Name">The folder of its output.</param>
/// <param name="Duration">Of the load.</param>
internal sealed record SoakPlan(string Name, TimeSpan Duration)
{
    private const string MinutesChoice = "APILB_SOAK_MINUTES";

    public const int ConnectionsPerSecond = 30;

    /// <summary>Watches over HTTP/1.1, which ApiLb never moves.</summary>
    public const int Http1Watches = 20;

    /// <summary>Watches over HTTP/2, which it may move after an apiserver came back.</summary>
    public const int Http2Watches = 40;

    /// <summary>From the beginning of one round of troubles to that of the next; in between there are reloads only, and watches grow old.</summary>
    public static TimeSpan RoundEvery { get; } = TimeSpan.FromMinutes(5);

    public static TimeSpan ReloadEvery { get; } = TimeSpan.FromSeconds(3);

    /// <summary>One round, in the normal run.</summary>
    public static SoakPlan Short { get; } = new("two-minutes", TimeSpan.FromMinutes(2));

    /// <summary>Half an hour, or what APILB_SOAK_MINUTES says.</summary>
    public static SoakPlan Long { get; } = new("extended", TimeSpan.FromMinutes(
        Environment.GetEnvironmentVariable(MinutesChoice) is { Length: > 0 } minutes ? int.Parse(minutes, CultureInfo.InvariantCulture) : 30));
}
