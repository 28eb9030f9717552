namespace ApiLb.Backends;

/// <summary>On which terms a backend's connections are closed. Equal ones are the same plan. Immutable.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Grace">How long they may go on.</param>
/// <param name="Order">The operator's word that it follows; <see cref="ModeOrder.None"/>: nobody's.</param>
internal sealed record ClosingTerms(CloseReason Reason, TimeSpan Grace, ModeOrder Order)
{
    public static ClosingTerms AtOnce(CloseReason reason) => new(reason, TimeSpan.Zero, ModeOrder.None);
}
