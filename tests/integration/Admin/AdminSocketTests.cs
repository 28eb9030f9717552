#pragma warning disable CA1416 // File modes: ApiLb runs on Linux only.
using System.Net;
using System.Net.Sockets;
using ApiLb.Admin;
using Xunit;

namespace ApiLb.IntegrationTests.Admin;

public sealed class AdminSocketTests
{
    [Fact]
    public async Task Socket_IsForOwnerAndGroupAndGoesWithTheDaemon()
    {
        await using var host = new AdminHost("new/admin.sock");

        await host.Server.StartAsync(CancellationToken.None);

        Assert.Equal("rw-rw----", Show(File.GetUnixFileMode(host.SocketPath)));
        Assert.Equal("rwxr-x---", Show(File.GetUnixFileMode(Path.GetDirectoryName(host.SocketPath)!)));
        await host.Server.StopAsync(CancellationToken.None);
        Assert.False(Path.Exists(host.SocketPath));
    }

    [Fact]
    public async Task SocketOfAKilledDaemon_IsReplaced()
    {
        await using var host = new AdminHost();
        LeaveSocketBehind(host.SocketPath);

        await host.Server.StartAsync(CancellationToken.None);

        using var client = host.NewClient();
        Assert.Equal("ok\n", await client.GetStringAsync("/lb/healthz"));
    }

    [Fact]
    public async Task LivingDaemon_KeepsItsSocket()
    {
        await using var host = await AdminHost.StartAsync();

        var error = await Assert.ThrowsAsync<AdminBindException>(() => AdminSocket.BindAsync(host.SocketPath, CancellationToken.None));

        Assert.Contains("another daemon answers at", error.Message, StringComparison.Ordinal);
        using var client = host.NewClient();
        Assert.Equal("ok\n", await client.GetStringAsync("/lb/healthz"));
    }

    [Fact]
    public async Task ForeignFile_IsNotTouched()
    {
        await using var host = new AdminHost();
        await File.WriteAllTextAsync(host.SocketPath, "precious");

        var error = await Assert.ThrowsAsync<AdminBindException>(() => host.Server.StartAsync(CancellationToken.None));

        Assert.Contains("is not a socket", error.Message, StringComparison.Ordinal);
        Assert.Equal("precious", await File.ReadAllTextAsync(host.SocketPath));
    }

    [Theory]
    [InlineData("/proc/no/such/admin.sock", "cannot listen on")]
    [InlineData("", "1 to 107 bytes")]
    [InlineData("/tmp/0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678.sock", "1 to 107 bytes")]
    public async Task ImpossiblePath_IsExplained(string path, string expected)
    {
        var error = await Assert.ThrowsAsync<AdminBindException>(() => AdminSocket.BindAsync(path, CancellationToken.None));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddressInUse_IsExplainedAndLeavesNoSocket()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        await using var host = new AdminHost(listen: (IPEndPoint)holder.LocalEndpoint);

        var error = await Assert.ThrowsAsync<AdminBindException>(() => host.Server.StartAsync(CancellationToken.None));

        Assert.Contains($"cannot listen on {holder.LocalEndpoint}", error.Message, StringComparison.Ordinal);
        await host.Server.DisposeAsync();
        Assert.False(Path.Exists(host.SocketPath));
    }

    /// <summary>What kill -9 leaves: .NET would remove the file, so the socket is renamed before it is closed.</summary>
    private static void LeaveSocketBehind(string path)
    {
        var bound = path + ".bound";
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(bound));
        File.Move(bound, path);
    }

    private static string Show(UnixFileMode mode) =>
        string.Concat("rwxrwxrwx".Select((c, i) => ((int)mode & (1 << (8 - i))) != 0 ? c : '-'));
}
