using ApiLb.Storage;

namespace ApiLb.Operators;

/// <summary>The file in which orders outlive a restart.</summary>
/// <param name="Version">Of this form.</param>
/// <param name="Checksum">Of the rest.</param>
/// <param name="Orders">One for each backend that an operator said something about.</param>
internal sealed record OrderDocument(int Version, string Checksum, IReadOnlyList<StandingOrder> Orders) : StateDocument(Version, Checksum);
