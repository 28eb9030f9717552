using System.Net;
using System.Net.Sockets;
using System.Text;
using ApiLb.Configuration;
using Xunit;

namespace ApiLb.UnitTests.Configuration;

public sealed class ConfigurationFileTests
{
    private const string Valid = """
        listeners:
          api: { bind: "*:6443", protocol: tls, pool: cp }
        pools:
          cp:
            backends: [10.0.0.11:6443, cp2=cp2.example.com:6443, { address: "[2001:db8::3]:6443", weight: 7, backup: true }, "unix:/run/api.sock"]
            health: { type: kube-apiserver, caFile: pki/ca.crt }
            connect: { hedgeDelay: 0 }
            timeouts: { halfClosed: 0 }
        admin: { listen: none }
        """;

    [Fact]
    public async Task MissingFile_IsOneErrorWithItsPath()
    {
        var result = await ConfigurationFile.LoadAsync("/nowhere/apilb.yaml", TestContext.Current.CancellationToken);

        Assert.Equal(["/nowhere/apilb.yaml:1:1: cannot read /nowhere/apilb.yaml: no such file"], ConfigurationReport.Lines(result));
    }

    [Fact]
    public async Task FolderInsteadOfFile_SaysSo()
    {
        var result = await ConfigurationFile.LoadAsync("/tmp", TestContext.Current.CancellationToken);

        Assert.Equal("cannot read /tmp: it is a folder, not a file", Assert.Single(result.Errors).Message);
    }

    [Fact]
    public async Task EndlessFile_IsNotReadToItsEnd()
    {
        var result = await ConfigurationFile.LoadAsync("/dev/zero", TestContext.Current.CancellationToken);

        Assert.Equal("is larger than 1024 KiB", Assert.Single(result.Errors).Message);
    }

    [Theory]
    [InlineData(1024 * 1024, true)]
    [InlineData((1024 * 1024) + 1, false)]
    public async Task Size_IsLimited(int bytes, bool isAllowed)
    {
        using var file = new TemporaryFile(Path.GetTempPath(), "# " + new string('x', bytes - 2));

        var result = await ConfigurationFile.LoadAsync(file.Path, TestContext.Current.CancellationToken);

        Assert.Equal(isAllowed ? "the file is empty; it needs at least listeners and pools" : "is larger than 1024 KiB", Assert.Single(result.Errors).Message);
    }

    [Fact]
    public void ByteOrderMark_IsSkipped()
    {
        byte[] content = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Valid)];

        Assert.True(ConfigurationFile.Parse("apilb.yaml", content).IsValid);
    }

    [Fact]
    public void WindowsLineEnds_AreRead() =>
        Assert.True(Parse(Valid.ReplaceLineEndings("\r\n")).IsValid);

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x61, 0x00 }, "is UTF-16 text; save the file as UTF-8")]
    [InlineData(new byte[] { 0xFE, 0xFF, 0x00, 0x61 }, "is UTF-16 text; save the file as UTF-8")]
    [InlineData(new byte[] { 0x61, 0x3A, 0x20, 0xE9, 0x0A }, "is not UTF-8 text; save the file as UTF-8")]
    [InlineData(new byte[] { 0x7F, 0x45, 0x4C, 0x46, 0x00 }, "is not a text file")]
    public void OtherEncodings_AreNamed(byte[] content, string message) =>
        Assert.Equal(message, Assert.Single(ConfigurationFile.Parse("apilb.yaml", content).Errors).Message);

    [Fact]
    public void ControlCharacters_DoNotReachTheTerminal()
    {
        var result = Parse("\"\\u001b[2Jkey\": \"\\u202e\"\n" + Valid);

        Assert.Equal("apilb.yaml:1:1: \\u001b[2Jkey: unknown key; allowed here: listeners, pools, admin, etcd, otlp, limits, shutdown, transport, stateDirectory", Assert.Single(ConfigurationReport.Lines(result)));
    }

    [Fact]
    public void Values_ArriveInTheOptions()
    {
        var options = Parse(Valid).Options!;

        var pool = Assert.Single(options.Pools);
        Assert.Equal(["10.0.0.11:6443", "cp2", "[2001:db8::3]:6443", "unix:/run/api.sock"], pool.Backends.Select(backend => backend.Name));
        Assert.Equal(new BackendAddress("cp2.example.com", 6443), pool.Backends[1].Address);
        Assert.Equal(new BackendOptions { Name = "[2001:db8::3]:6443", Address = new BackendAddress("2001:db8::3", 6443), Weight = 7, IsBackup = true }, pool.Backends[2]);
        Assert.IsType<UnixDomainSocketEndPoint>(pool.Backends[3].Address.TryGetEndPoint());
        Assert.Equal(TimeSpan.Zero, pool.Connect.HedgeDelay);
        Assert.Equal(TimeSpan.Zero, pool.Timeouts.HalfClosed);
        Assert.Null(options.Admin.Listen);
        Assert.Equal("/run/apilb/admin.sock", options.Admin.Socket);
    }

    [Fact]
    public void Listener_ArrivesInTheOptions()
    {
        var listener = Assert.Single(Parse(Valid).Options!.Listeners);

        Assert.Equal(("api", ListenerProtocol.Tls, "cp"), (listener.Name, listener.Protocol, listener.Pool));
        Assert.Equal(new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, 6443), Assert.Single(listener.Bind));
    }

    [Fact]
    public void RelativeCaFile_StartsAtTheConfigurationFile()
    {
        var result = ConfigurationFile.Parse("/etc/apilb/apilb.yaml", Encoding.UTF8.GetBytes(Valid));

        Assert.Equal("/etc/apilb/pki/ca.crt", result.Options!.Pools[0].Health.CaFile);
    }

    [Theory]
    [InlineData("http", "/")]
    [InlineData("https", "/")]
    [InlineData("kube-apiserver", "/readyz")]
    public void HealthPath_DependsOnTheType(string type, string path) =>
        Assert.Equal(path, Parse(Valid.Replace("kube-apiserver", type + ", serverName: api", StringComparison.Ordinal)).Options!.Pools[0].Health.Path);

    [Fact]
    public void ShortInterval_ShortensTheFastOne()
    {
        var health = Parse(Valid.Replace("pki/ca.crt", "a, interval: 200ms", StringComparison.Ordinal)).Options!.Pools[0].Health;

        Assert.Equal(health.Interval, health.FastInterval);
    }

    [Fact]
    public void ThousandsOfErrors_AreToldUpToALimitThatIsNamed()
    {
        var backends = string.Join(',', Enumerable.Repeat("bad", 700));
        var yaml = $"listeners: {{}}\npools: {{ a: {{ backends: [{backends}] }}, b: {{ backends: [{backends}] }} }}";

        var result = Parse(yaml);

        Assert.Equal(1001, result.Errors.Count);
        Assert.Equal("and 401 more like these", result.Errors[^1].Message);
    }

    private static ConfigurationResult Parse(string yaml) => ConfigurationFile.Parse("apilb.yaml", Encoding.UTF8.GetBytes(yaml));
}
