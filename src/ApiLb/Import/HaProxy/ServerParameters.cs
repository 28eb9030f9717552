using System.Globalization;
using ApiLb.Configuration;

namespace ApiLb.Import.HaProxy;

/// <summary>What the words behind a server's address say, after those of <c>default-server</c> (HAProxy's manual, section 5.2).</summary>
internal sealed record ServerParameters
{
    public bool IsChecked { get; init; }

    public bool ChecksTls { get; init; }

    /// <summary>HAProxy itself speaks TLS to the server.</summary>
    public bool IsEncrypted { get; init; }

    public bool IsVerified { get; init; } = true;

    public string? CaFile { get; init; }

    public string? ServerName { get; init; }

    public TimeSpan? Interval { get; init; }

    public TimeSpan? FastInterval { get; init; }

    public int? Fall { get; init; }

    public int? Rise { get; init; }

    public TimeSpan? SlowStart { get; init; }

    /// <summary>The check goes elsewhere than the clients.</summary>
    public bool ChecksElsewhere { get; init; }

    /// <summary>0 to 256.</summary>
    public int Weight { get; init; } = 1;

    public bool IsBackup { get; init; }

    public bool IsDisabled { get; init; }

    public int? MaxConnections { get; init; }

    public int? QueueLength { get; init; }

    public ProxyProtocolVersion ProxyProtocol { get; init; }

    public bool UsesClientAddress { get; init; }

    /// <summary>A number; null when the word is none or out of range.</summary>
    public static int? Number(string word, int least, int most) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;
}
