using ApiLb.Http;
using Xunit;

namespace ApiLb.UnitTests.Http;

public sealed class HttpsSchemeStreamTests
{
    private const byte Http = 0x86;
    private const byte Https = 0x87;

    private static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    /// <summary>GET, a custom method, a frame of another type that looks alike, and an empty one.</summary>
    private static readonly byte[][] Frames =
    [
        Frame(type: 4, [0, 3, 0, 0, 0, Http]),
        Frame(type: 1, [0x82, Http, Http, 5]),
        Frame(type: 0, [0x82, Http, Http]),
        Frame(type: 1, [0x02, 3, Http, Http, Http, Http, Http]),
        Frame(type: 4, []),
        Frame(type: 1, [0x83, Http]),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(1000)]
    public async Task HeadersFrames_SayHttpsHoweverTheyAreCut(int size)
    {
        byte[] sent = [.. Preface, .. Frames.SelectMany(f => f)];
        byte[] expected =
        [
            .. Preface, .. Frames[0], .. Frame(1, [0x82, Https, Http, 5]), .. Frames[2], .. Frame(1, [0x02, 3, Http, Http, Http, Https, Http]), .. Frames[4], .. Frame(1, [0x83, Https]),
        ];
        using MemoryStream received = new();
        await using HttpsSchemeStream stream = new(received);

        foreach (var part in sent.Chunk(size))
        {
            await stream.WriteAsync(part, TestContext.Current.CancellationToken);
        }

        Assert.Equal(expected, received.ToArray());
    }

    private static byte[] Frame(byte type, byte[] payload) => [0, 0, (byte)payload.Length, type, 4, 0, 0, 0, 1, .. payload];
}
