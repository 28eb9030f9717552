using System.Text;
using ApiLb.Cli.Init;
using ApiLb.Configuration;
using Xunit;

namespace ApiLb.UnitTests.Cli.Init;

public sealed class InitialConfigurationTests
{
    [Theory]
    [InlineData("10.0.0.11", "10.0.0.11:6443")]
    [InlineData("10.0.0.11,10.0.0.12:7443", "10.0.0.11:6443 10.0.0.12:7443")]
    [InlineData("cp1=10.0.0.11, cp2=cp2.example.com", "cp1=10.0.0.11:6443 cp2=cp2.example.com:6443")]
    [InlineData("2001:db8::1,[2001:db8::2],[2001:db8::3]:7443", "[2001:db8::1]:6443 [2001:db8::2]:6443 [2001:db8::3]:7443")]
    public void Endpoints_AreBackendsAndStay(string endpoints, string expected)
    {
        var options = Parse(FilledIn(Endpoints(endpoints)));

        Assert.Equal(expected, string.Join(' ', options.Pools[0].Backends.Select(b => b.Name == b.Address.ToString() ? b.Name : $"{b.Name}={b.Address}")));
    }

    [Theory]
    [InlineData("", "\"\" has no port")]
    [InlineData("10.0.0.11,", "\"\" has no port")]
    [InlineData("https://10.0.0.11:6443", "is a URL")]
    [InlineData("10.0.0.11:0", "port out of range")]
    [InlineData("*:6443", "no address to connect to")]
    [InlineData("a b=10.0.0.11", "is not a name")]
    [InlineData("10.0.0.11,10.0.0.11:6443", "is there twice")]
    [InlineData("cp1=10.0.0.11,cp1=10.0.0.12", "is there twice")]
    public void WrongEndpoints_AreRefused(string endpoints, string problem)
    {
        Assert.False(InitEndpoint.ParseList(endpoints).TryGet(out _, out var found));

        Assert.Contains(problem, found, StringComparison.Ordinal);
    }

    [Fact]
    public void CaFile_IsWhereItIsWritten()
    {
        var options = Parse(FilledIn(Endpoints("cp1=10.0.0.11"), caFile: "/srv/my \"lb\" #1/ca.crt"));

        Assert.Equal("/srv/my \"lb\" #1/ca.crt", options.Pools[0].Health.CaFile);
    }

    [Fact]
    public void WithoutMore_EndpointAndDiscoveryStayComments()
    {
        var pool = Parse(FilledIn(Endpoints("10.0.0.11"))).Pools[0];

        Assert.Null(pool.ControlPlaneEndpoint);
        Assert.Null(pool.Discovery);
    }

    [Fact]
    public void EndpointAndDiscovery_AreSwitchedOn()
    {
        var filled = new InitialConfiguration
        {
            Endpoints = Endpoints("10.0.0.11"),
            CaFile = "/etc/apilb/ca.crt",
            ControlPlaneEndpoint = new BackendAddress("2001:db8::5", 6443),
            Kubeconfig = "/etc/apilb/kubeconfig",
        };

        var pool = Parse(filled.FillIn(Shipped())).Pools[0];

        Assert.Equal("[2001:db8::5]:6443", pool.ControlPlaneEndpoint!.ToString());
        Assert.Equal("/etc/apilb/kubeconfig", pool.Discovery!.Kubernetes!.Kubeconfig);
    }

    [Fact]
    public async Task BuiltInText_IsTheShippedOne() => Assert.Equal(Shipped(), await InitialConfiguration.LoadShippedAsync());

    private static IReadOnlyList<InitEndpoint> Endpoints(string list) =>
        InitEndpoint.ParseList(list).TryGet(out var endpoints, out var problem) ? endpoints : throw new ArgumentException(problem, nameof(list));

    private static string FilledIn(IReadOnlyList<InitEndpoint> endpoints, string caFile = "/etc/apilb/ca.crt") =>
        new InitialConfiguration { Endpoints = endpoints, CaFile = caFile }.FillIn(Shipped());

    private static string Shipped() => File.ReadAllText(Configuration.RepositoryFolder.PathTo("configs", "apilb.yaml"));

    private static ApiLbOptions Parse(string yaml)
    {
        var result = ConfigurationFile.Parse("/etc/apilb/apilb.yaml", Encoding.UTF8.GetBytes(yaml));
        Assert.Empty(ConfigurationReport.Lines(result));
        return result.Options!;
    }
}
