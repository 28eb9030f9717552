using ApiLb.Fuzzing;
using ApiLb.Tcp;
using Xunit;

namespace ApiLb.UnitTests.Tcp;

public sealed class TraitsTableTests
{
    private readonly TraitsTable _table = new("kube-apiserver");

    [Fact]
    public void Hello_TellsNameAndProtocols() => Assert.Equal(
        new ClientTraits("kube-apiserver", "api.example.com", "h2,http/1.1", OffersHttp2: true),
        Of(new HelloBuilder().ServerName("API.example.com").Protocols("h2", "http/1.1")));

    [Fact]
    public void HelloThatTellsNothing_IsTheSilentOne() => Assert.Same(_table.Silent, Of(new HelloBuilder()));

    [Fact]
    public void ClientsThatTellTheSame_ShareOneObject() => Assert.Same(
        Of(new HelloBuilder().ServerName("a.example.com").Protocols("h2")), Of(new HelloBuilder().Protocols("h2").ServerName("A.EXAMPLE.com")));

    [Theory]
    [InlineData("b.example.com", "h2")]
    [InlineData("a.example.com", "http/1.1")]
    public void ClientsThatTellSomethingElse_DoNot(string name, string protocol) => Assert.NotEqual(
        Of(new HelloBuilder().ServerName("a.example.com").Protocols("h2")), Of(new HelloBuilder().ServerName(name).Protocols(protocol)));

    [Fact]
    public void ManyInventedNames_AreToldRightAndNotKept()
    {
        var known = Of(new HelloBuilder().ServerName("a.example.com"));
        for (var i = 0; i < 2 * TraitsTable.MostKept; i++)
        {
            Assert.Equal($"{i}.example.com", Of(new HelloBuilder().ServerName($"{i}.example.com")).ServerName);
        }

        Assert.Same(known, Of(new HelloBuilder().ServerName("a.example.com")));
        Assert.NotSame(Of(new HelloBuilder().ServerName("999.example.com")), Of(new HelloBuilder().ServerName("999.example.com")));
    }

    [Fact]
    public void LongListOfProtocols_IsToldAndNotKept()
    {
        var builder = new HelloBuilder().Protocols([.. Enumerable.Range(0, 20).Select(i => $"protocol-{i}")]);

        Assert.StartsWith("protocol-0,protocol-1", Of(builder).Protocols, StringComparison.Ordinal);
        Assert.NotSame(Of(builder), Of(builder));
    }

    [Fact]
    public void KnownClient_AllocatesNothing()
    {
        var hello = new HelloBuilder().ServerName("a.example.com").Protocols("h2").ToRecord();
        ClientHelloParser.Parse(hello, out var parsed);

        Allocation.IsZero(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                _table.Of(parsed, hello);
            }
        });
    }

    private ClientTraits Of(HelloBuilder builder)
    {
        var hello = builder.ToRecord();
        ClientHelloParser.Parse(hello, out var parsed);
        return _table.Of(parsed, hello);
    }
}
