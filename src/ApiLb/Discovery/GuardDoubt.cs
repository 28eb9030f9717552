using System.Net;

namespace ApiLb.Discovery;

/// <summary>An observation that takes too much away to be believed at once.</summary>
/// <param name="Before">The members when the doubt began: what later observations are measured against.</param>
/// <param name="Observed">What was observed.</param>
/// <param name="Times">How often in a row.</param>
internal sealed record GuardDoubt(IReadOnlyList<Member> Before, IReadOnlySet<IPEndPoint> Observed, int Times);
