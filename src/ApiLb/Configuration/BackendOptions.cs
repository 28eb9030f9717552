using System.Text.Json.Serialization;

namespace ApiLb.Configuration;

/// <summary>One server of a pool.</summary>
internal sealed record BackendOptions
{
    public const int MaximumWeight = 256;

    /// <summary>Unique within the pool; the address as written when the file gives no name.</summary>
    public required string Name { get; init; }

    public required BackendAddress Address { get; init; }

    /// <summary>Share of new connections relative to the other backends, 0 (none) to 256. Default 1.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Used only when no other backend can be.</summary>
    [JsonPropertyName("backup")]
    public bool IsBackup { get; init; }

    /// <summary>Connections it may have at once, 1 to 1,000,000, attempts included; null: any number.</summary>
    public int? MaxConnections { get; init; }
}
