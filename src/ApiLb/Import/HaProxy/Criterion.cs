using System.Net;

namespace ApiLb.Import.HaProxy;

/// <summary>What one ACL of HAProxy looks at, as far as ApiLb has something like it.</summary>
internal sealed record Criterion
{
    public static readonly Criterion Always = new();

    /// <summary>The client's address is in one of these.</summary>
    public IReadOnlyList<IPNetwork>? Sources { get; init; }

    /// <summary>The client asks for one of these server names, as routes write them.</summary>
    public IReadOnlyList<string>? ServerNames { get; init; }

    /// <summary>The client sends a ClientHello.</summary>
    public bool IsTls { get; init; }

    /// <summary>Why ApiLb cannot ask this; null: it can.</summary>
    public string? Problem { get; init; }

    public bool IsAlways => this is { Sources: null, ServerNames: null, IsTls: false, Problem: null };
}
