using System.Text;
using ApiLb.Fuzzing;
using ApiLb.Tcp;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ApiLb.UnitTests.Tcp;

public sealed class ClientHelloScannerTests
{
    public static TheoryData<byte[]> RealHellos => [Hello.Tls13, Hello.Tls12, Hello.Large];

    [Theory]
    [MemberData(nameof(RealHellos))]
    public void RealHello_IsComplete(byte[] hello) => Assert.Equal((ClientHelloStatus.Complete, hello.Length), Scan(hello));

    [Theory]
    [MemberData(nameof(RealHellos))]
    public void EveryStrictPrefix_IsIncomplete(byte[] hello) =>
        Assert.All(Enumerable.Range(0, hello.Length), length => Assert.Equal((ClientHelloStatus.Incomplete, 0), Scan(hello[..length])));

    [Fact]
    public void EarlyDataBehindIt_IsNotPartOfTheHello()
    {
        byte[] input = [.. Hello.Tls13, 20, 3, 3, 0, 1, 1, 23, 3, 3, 0, 2, 7, 7];

        Assert.Equal((ClientHelloStatus.Complete, Hello.Tls13.Length), Scan(input));
    }

    [Fact]
    public void SplitOverTwoRecordsAnywhere_IsCompleteAndEveryPrefixIncomplete() =>
        Assert.All(Enumerable.Range(1, Hello.Tls13.Length - Hello.RecordHeaderLength - 1), firstRecord =>
        {
            var input = Hello.SplitAt(Hello.Tls13, firstRecord);

            Assert.Equal((ClientHelloStatus.Complete, input.Length), Scan(input));
            Assert.All(Enumerable.Range(0, input.Length), length => Assert.Equal((ClientHelloStatus.Incomplete, 0), Scan(input[..length])));
        });

    [Fact]
    public void OneByteRecords_AreComplete()
    {
        byte[] input = [.. Hello.Tls12[Hello.RecordHeaderLength..].SelectMany(b => Hello.Record([b]))];

        Assert.Equal((ClientHelloStatus.Complete, input.Length), Scan(input));
    }

    [Theory]
    [InlineData("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("G")]
    [InlineData("\u0016G")]
    [InlineData("\u0016\u0002\u0001\u0000\u0004")]
    public void SomethingElse_IsNotTls(string text) => Assert.Equal((ClientHelloStatus.NotTls, 0), Scan(Encoding.Latin1.GetBytes(text)));

    [Theory]
    [InlineData(new byte[] { 21, 3, 1, 0, 2, 1, 0 })] // An alert.
    [InlineData(new byte[] { 23, 3, 3, 0, 2, 1, 0 })] // Application data.
    [InlineData(new byte[] { 22, 3, 1, 0, 0 })] // An empty record, which RFC 8446 5.1 forbids.
    [InlineData(new byte[] { 22, 3, 1, 0, 9, 2 })] // A ServerHello.
    public void OtherTls_IsNotAClientHello(byte[] input) => Assert.Equal((ClientHelloStatus.NotTls, 0), Scan(input));

    [Fact]
    public void OtherRecordInTheMiddle_IsNotTls()
    {
        var split = Hello.SplitAt(Hello.Tls13, 100);
        split[Hello.RecordHeaderLength + 100] = 23;

        Assert.Equal((ClientHelloStatus.NotTls, 0), Scan(split));
    }

    [Theory]
    [InlineData(16380, ClientHelloStatus.Incomplete)]
    [InlineData(16390, ClientHelloStatus.TooLarge)]
    [InlineData(0xFFFFFF, ClientHelloStatus.TooLarge)]
    internal void AnnouncedLength_IsBoundedBeforeItArrives(int length, ClientHelloStatus expected)
    {
        byte[] input = [22, 3, 1, 0x40, 0, 1, (byte)(length >> 16), (byte)(length >> 8), (byte)length];

        Assert.Equal((expected, 0), Scan(input));
    }

    [Fact]
    public void LargestRecord_IsComplete()
    {
        byte[] input = [22, 3, 1, 0x40, 0, 1, 0, 0x3F, 0xFC, .. new byte[16380]];

        Assert.Equal((ClientHelloStatus.Complete, ClientHelloScanner.MaxLength), Scan(input));
    }

    [Fact]
    public void AnyBytes_NeverThrowAndNeverPointBeyondTheInput() =>
        Prop.ForAll<byte[]>(IsWithinItsInput).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    private static bool IsWithinItsInput(byte[] input)
    {
        var (status, length) = Scan(input);
        return status == ClientHelloStatus.Complete ? length > 0 && length <= input.Length : length == 0;
    }

    private static (ClientHelloStatus Status, int Length) Scan(byte[] input)
    {
        var status = ClientHelloScanner.Scan(input, out var length);
        return (status, length);
    }
}
