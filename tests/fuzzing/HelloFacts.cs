using ApiLb.Tcp;

namespace ApiLb.Fuzzing;

/// <summary>What a ClientHello says, as plain values that can be compared.</summary>
internal sealed record HelloFacts(string ServerName, bool OffersHttp2, bool MayBeReplayed, int Protocols)
{
    /// <summary>Nothing is known.</summary>
    public static HelloFacts None { get; } = new("", OffersHttp2: false, MayBeReplayed: false, Protocols: 0);

    /// <param name="hello">As parsed.</param>
    /// <param name="flight">From these bytes.</param>
    public static HelloFacts Of(ClientHello hello, ReadOnlySpan<byte> flight) => new(
        hello.ServerNameIn(flight, new char[ClientHello.LongestServerName]).ToString(),
        hello.OffersHttp2,
        hello.MayBeReplayed,
        Count(hello.Protocols, flight));

    private static int Count(HelloField protocols, ReadOnlySpan<byte> flight)
    {
        var cursor = new HandshakeCursor(flight);
        cursor.Skip(protocols.Start);
        cursor.End = protocols.Start + protocols.Length;
        var count = 0;
        while (!cursor.IsAtEnd)
        {
            cursor.Skip(cursor.ReadByte());
            count++;
        }

        return count;
    }
}
