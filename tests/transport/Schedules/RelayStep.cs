using System.Globalization;

namespace ApiLb.TransportTests.Schedules;

/// <summary>One thing that one side of a relay does.</summary>
/// <param name="IsClient">The client's side, or the backend's.</param>
/// <param name="Act">What it does.</param>
/// <param name="Count">Of bytes, where it sends or reads.</param>
internal readonly record struct RelayStep(bool IsClient, RelayAct Act, int Count)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(IsClient ? "client" : "backend")} {Act}{(Count > 0 ? " " + Count : "")}");
}
