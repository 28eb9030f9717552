using ApiLb.Demo.Load;

namespace ApiLb.Demo;

/// <summary>Everything that a view shows, at one moment. Immutable.</summary>
internal sealed record DemoSnapshot
{
    public required TimeSpan Elapsed { get; init; }

    public required IReadOnlyList<DemoBackend> Backends { get; init; }

    public required LoadSnapshot Load { get; init; }
}
