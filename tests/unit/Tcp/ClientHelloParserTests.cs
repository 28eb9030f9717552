using System.Text;
using ApiLb.Fuzzing;
using ApiLb.Tcp;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ApiLb.UnitTests.Tcp;

public sealed class ClientHelloParserTests
{
    private const int LongestMessage = ClientHelloScanner.MaxLength - Hello.RecordHeaderLength;

    private static readonly byte[] Usual = new HelloBuilder().ServerName("a.example.com").Protocols("h2", "http/1.1").ToMessage();

    private static readonly Dictionary<string, (byte[] Message, HelloFacts Facts)> HandMade = new()
    {
        ["usual"] = (Usual, new HelloFacts("a.example.com", OffersHttp2: true, MayBeReplayed: true, Protocols: 2)),
        ["grease"] = (HelloBuilder.Grease("a.example.com").ToMessage(), new HelloFacts("a.example.com", OffersHttp2: true, MayBeReplayed: true, Protocols: 3)),
        ["no extensions"] = (HelloBuilder.WithoutExtensions, new HelloFacts("", OffersHttp2: false, MayBeReplayed: true, Protocols: 0)),
        ["empty extensions"] = (new HelloBuilder().ToMessage(), new HelloFacts("", OffersHttp2: false, MayBeReplayed: true, Protocols: 0)),
        ["no name"] = (new HelloBuilder().Protocols("http/1.1").ToMessage(), new HelloFacts("", OffersHttp2: false, MayBeReplayed: true, Protocols: 1)),
        ["early data"] = (new HelloBuilder().EarlyData().ServerName("a.example.com").ToMessage(), new HelloFacts("a.example.com", OffersHttp2: false, MayBeReplayed: false, Protocols: 0)),
        ["unknown name type first"] = (new HelloBuilder().ServerNames((7, "a"u8.ToArray()), (0, "b"u8.ToArray())).ToMessage(), new HelloFacts("b", OffersHttp2: false, MayBeReplayed: true, Protocols: 0)),
        ["only unknown name type"] = (new HelloBuilder().ServerNames((7, "a"u8.ToArray())).ToMessage(), new HelloFacts("", OffersHttp2: false, MayBeReplayed: true, Protocols: 0)),
        ["16 KiB"] = (new HelloBuilder().ServerName("a.example.com").PaddedTo(LongestMessage).ToMessage(), new HelloFacts("a.example.com", OffersHttp2: false, MayBeReplayed: true, Protocols: 0)),
        ["two names"] = (new HelloBuilder().ServerName("a", "b").ToMessage(), HelloFacts.None),
        ["two server_name extensions"] = (new HelloBuilder().ServerName("a").ServerName("a").ToMessage(), HelloFacts.None),
        ["two protocol extensions"] = (new HelloBuilder().Protocols("h2").Protocols("h2").ToMessage(), HelloFacts.None),
        ["empty list of names"] = (new HelloBuilder().ServerNames().Protocols("h2").ToMessage(), HelloFacts.None),
        ["server_name without list"] = (new HelloBuilder().Extension(HelloBuilder.ServerNameType, []).Protocols("h2").ToMessage(), HelloFacts.None),
        ["empty list of protocols"] = (new HelloBuilder().Protocols().ServerName("a").ToMessage(), HelloFacts.None),
        ["protocol without name"] = (new HelloBuilder().Protocols("h2", "").ServerName("a").ToMessage(), HelloFacts.None),
        ["list longer than its extension"] = (new HelloBuilder().Extension(HelloBuilder.ServerNameType, [0, 5, 0, 0, 1, (byte)'a']).ToMessage(), HelloFacts.None),
        ["list shorter than its extension"] = (new HelloBuilder().Extension(HelloBuilder.ServerNameType, [0, 3, 0, 0, 1, (byte)'a']).ToMessage(), HelloFacts.None),
        ["garbage behind the extensions"] = (HelloBuilder.Message([.. Usual[4..], 0, 0]), HelloFacts.None),
        ["extension cut short"] = (HelloBuilder.Message(Usual[4..^1]), HelloFacts.None),
        ["body cut short"] = (HelloBuilder.Message(Usual[4..60]), HelloFacts.None),
        ["no body"] = (HelloBuilder.Message([]), HelloFacts.None),
    };

    public static TheoryData<string> HandMadeNames => [.. HandMade.Keys];

    public static TheoryData<byte[]> RealHellos => [Hello.Tls13, Hello.Tls12];

    [Theory]
    [MemberData(nameof(RealHellos))]
    public void RealHello_TellsWhatItsClientWasTold(byte[] hello)
    {
        Assert.Equal(ClientHelloStatus.Complete, ClientHelloParser.Parse(hello, out var parsed));

        Assert.Equal(new HelloFacts("kubernetes.example.com", OffersHttp2: false, MayBeReplayed: true, Protocols: 1), HelloFacts.Of(parsed, hello));
        Assert.Equal("application-protocol-number-0", parsed.ProtocolsIn(hello));
    }

    [Theory]
    [MemberData(nameof(HandMadeNames))]
    public void HandMadeHello_TellsWhatIsInIt(string name)
    {
        var (message, expected) = HandMade[name];
        var hello = Hello.Record(message);

        Assert.Equal(ClientHelloStatus.Complete, ClientHelloParser.Parse(hello, out var parsed));
        Assert.Equal(expected, HelloFacts.Of(parsed, hello));
    }

    [Theory]
    [InlineData("a.example.com", "a.example.com")]
    [InlineData("A.Example.COM", "a.example.com")]
    [InlineData("a.example.com.", "a.example.com")]
    [InlineData("localhost", "localhost")]
    [InlineData("_x-1.xn--bcher-kva.example", "_x-1.xn--bcher-kva.example")]
    [InlineData("10.example", "10.example")]
    [InlineData("10.0.0.5", "")]
    [InlineData("10.0.0.5.", "")]
    [InlineData("2001:db8::1", "")]
    [InlineData("[::1]", "")]
    [InlineData("a..b", "")]
    [InlineData(".a", "")]
    [InlineData("a..", "")]
    [InlineData(".", "")]
    [InlineData("", "")]
    [InlineData("*.example.com", "")]
    [InlineData("a b", "")]
    [InlineData("a\0b", "")]
    [InlineData("a\nb", "")]
    [InlineData("b\u00FCcher.example", "")]
    [InlineData("a/b", "")]
    public void ServerName_IsAHostNameOrNothing(string sent, string expected) =>
        Assert.Equal(expected, FactsOf(new HelloBuilder().ServerName(sent).ToRecord()).ServerName);

    [Theory]
    [InlineData(63, 3, 255)] // 3 * 64 + 63
    [InlineData(63, 4, 0)]
    [InlineData(64, 1, 0)]
    public void ServerName_HasTheLimitsOfDns(int label, int labels, int expected)
    {
        var name = string.Join('.', Enumerable.Repeat(new string('a', label), labels).Append(new string('b', 63)));

        Assert.Equal(expected, FactsOf(new HelloBuilder().ServerName(name).ToRecord()).ServerName.Length);
    }

    [Fact]
    public void Protocols_AreListedWithoutGreaseAndControlCharacters()
    {
        var hello = new HelloBuilder().Protocols("\u00CA\u00CA", "h2", "a\n,b").ToRecord();
        ClientHelloParser.Parse(hello, out var parsed);

        Assert.Equal("h2,a??b", parsed.ProtocolsIn(hello));
    }

    [Fact]
    public void ManyLongProtocols_MakeAShortText()
    {
        var hello = new HelloBuilder().Protocols([.. Enumerable.Repeat(new string('p', 255), 50)]).ToRecord();
        ClientHelloParser.Parse(hello, out var parsed);

        Assert.InRange(parsed.ProtocolsIn(hello).Length, 200, 600);
    }

    [Fact]
    public void AnySplitIntoTwoRecords_ChangesNothing() =>
        Assert.All(Enumerable.Range(1, Usual.Length - 1), first =>
            Assert.Equal(FactsOf(Hello.Record(Usual)), FactsOf([.. Hello.Record(Usual[..first]), .. Hello.Record(Usual[first..])])));

    [Fact]
    public void OneByteRecords_ChangeNothing() =>
        Assert.Equal(FactsOf(Hello.Record(Usual)), FactsOf([.. Usual.SelectMany(b => Hello.Record([b]))]));

    [Fact]
    public void AnyRecordsInAnySegments_AreParsedAsTheWhole() =>
        Prop.ForAll<byte[], PositiveInt>((lengths, segment) =>
        {
            var input = InRecords(lengths);
            for (var known = segment.Get; known < input.Length; known += segment.Get)
            {
                if (ClientHelloParser.Parse(input.AsSpan(0, known), out _) != ClientHelloStatus.Incomplete)
                {
                    return false;
                }
            }

            return FactsOf(input) == FactsOf(Hello.Record(Usual));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void WhatComesBehindTheHello_IsNotReadForIt()
    {
        byte[] earlyData = [20, 3, 3, 0, 1, 1, 23, 3, 3, 0, 2, 7, 7];
        byte[] input = [.. Hello.Record(Usual), .. earlyData];

        ClientHelloParser.Parse(input, out var parsed);

        Assert.Equal(input.Length - earlyData.Length, parsed.Length);
        Assert.Equal("a.example.com", HelloFacts.Of(parsed, input).ServerName);
    }

    [Fact]
    public void SecondMessageInTheSameRecord_IsNotReadForTheHello()
    {
        var record = Hello.Record([.. Usual, .. new HelloBuilder().EarlyData().ToMessage()]);

        Assert.True(FactsOf(record).MayBeReplayed);
    }

    [Theory]
    [InlineData(new byte[] { 0x80, 0x2E, 1, 3, 1, 0, 0x15, 0, 0, 0, 0x10 })] // SSLv2.
    [InlineData(new byte[] { 21, 3, 1, 0, 2, 2, 40 })] // An alert.
    [InlineData(new byte[] { (byte)'G', (byte)'E', (byte)'T', (byte)' ', (byte)'/' })]
    public void SomethingElse_TellsNothing(byte[] input)
    {
        Assert.Equal(ClientHelloStatus.NotTls, ClientHelloParser.Parse(input, out var parsed));
        Assert.Equal(default, parsed);
    }

    [Fact]
    public void Parsing_AllocatesNothing()
    {
        byte[][] inputs = [Hello.Tls13, Hello.Record(Usual), InRecords([3, 7, 1]), Hello.Tls13[..100], Encoding.ASCII.GetBytes("GET / HTTP/1.1")];

        Allocation.IsZero(() => ParseMany(inputs, 10_000));
    }

    private static void ParseMany(byte[][] inputs, int times)
    {
        for (var i = 0; i < times; i++)
        {
            ClientHelloParser.Parse(inputs[i % inputs.Length], out _);
        }
    }

    private static HelloFacts FactsOf(byte[] hello)
    {
        Assert.Equal(ClientHelloStatus.Complete, ClientHelloParser.Parse(hello, out var parsed));
        Assert.Equal(hello.Length, parsed.Length);
        return HelloFacts.Of(parsed, hello);
    }

    /// <summary>The usual hello, its records as long as these bytes say, the last one as long as it must.</summary>
    private static byte[] InRecords(byte[] lengths)
    {
        List<byte> records = [];
        var at = 0;
        foreach (var length in lengths.Where(length => length > 0))
        {
            var end = Math.Min(at + length, Usual.Length - 1);
            records.AddRange(at < end ? Hello.Record(Usual[at..end]) : []);
            at = end;
        }

        return [.. records, .. Hello.Record(Usual[at..])];
    }
}
