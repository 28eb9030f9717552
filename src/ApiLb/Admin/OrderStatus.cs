using ApiLb.Backends;

namespace ApiLb.Admin;

/// <summary>Whose word holds for a backend.</summary>
/// <param name="By">Who gave it.</param>
/// <param name="At">When, by the wall clock.</param>
/// <param name="Until">When it ends by itself; null: never.</param>
/// <param name="SecondsLeft">How long that is from now; null: never.</param>
internal sealed record OrderStatus(string By, DateTimeOffset At, DateTimeOffset? Until, double? SecondsLeft)
{
    public static OrderStatus? Of(OrderTerms? terms, DateTimeOffset now) => terms is null
        ? null
        : new OrderStatus(terms.By, terms.At, terms.Until, terms.Until is { } until ? Math.Round(Math.Max(0, (until - now).TotalSeconds), 3) : null);
}
