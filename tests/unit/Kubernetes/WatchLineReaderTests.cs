using System.Text;
using ApiLb.Kubernetes;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ApiLb.UnitTests.Kubernetes;

public sealed class WatchLineReaderTests
{
    private const int Longest = 64 * 1024;

    [Fact]
    public void Lines_AreTheSameHoweverTheyArrive() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Streams.ToArbitrary(), sent =>
        {
            var read = ReadAllAsync(new PiecemealStream(sent.Bytes, sent.Pieces)).GetAwaiter().GetResult();

            Assert.Equal(sent.Lines, read);
        }));

    [Fact]
    public async Task EndWithinALine_IsNoEnd() =>
        await Assert.ThrowsAsync<EndOfStreamException>(() => ReadAllAsync(new MemoryStream("whole\nhal"u8.ToArray())));

    [Fact]
    public async Task LineOfTheLimit_IsRead() =>
        Assert.Equal([new string('x', Longest)], await ReadAllAsync(new MemoryStream(Encoding.ASCII.GetBytes(new string('x', Longest) + "\n"))));

    [Fact]
    public async Task LineBeyondTheLimit_IsRefused() =>
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAllAsync(new MemoryStream(new byte[Longest + 1])));

    private static async Task<List<string>> ReadAllAsync(Stream stream)
    {
        WatchLineReader reader = new(stream, Longest);
        List<string> lines = [];
        while (await reader.ReadAsync(CancellationToken.None) is { } line)
        {
            lines.Add(Encoding.ASCII.GetString(line.Span));
        }

        return lines;
    }

    private static Gen<(string[] Lines, byte[] Bytes, int[] Pieces)> Streams =>
        from lengths in Gen.ArrayOf(Gen.Frequency((5, Gen.Choose(0, 50)), (1, Gen.Choose(10_000, Longest))))
        from pieces in Gen.NonEmptyListOf(Gen.Choose(1, 20_000))
        let lines = lengths.Select((length, i) => new string((char)('a' + (i % 26)), length)).ToArray()
        select (lines, Encoding.ASCII.GetBytes(string.Concat(lines.Select(l => l + "\n"))), pieces.ToArray());

    private sealed class PiecemealStream(byte[] content, int[] pieces) : MemoryStream(content)
    {
        private int _reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, pieces[_reads++ % pieces.Length])], cancellationToken);
    }
}
