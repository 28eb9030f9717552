using System.Net.Sockets;
using System.Text;
using ApiLb.Cli;
using Xunit;

namespace ApiLb.IntegrationTests.Admin;

public sealed class AdminClientTests
{
    [Fact]
    public async Task RunningDaemon_IsRead()
    {
        await using var host = await AdminHost.StartAsync();
        host.Live();
        using var client = new AdminClient(host.SocketPath);

        var status = await client.GetStatusAsync(CancellationToken.None);

        Assert.Equal(["cp1", "cp2", "cp3"], status.Pools[0].Backends.Select(b => b.Name));
        Assert.Equal("passed", status.Pools[0].Backends[0].LastProbe?.Result);
        Assert.Equal(("unknown", "e1 unknown"), (status.Etcd?.Quorum, $"{status.Etcd?.Members[0].Name} {status.Etcd?.Members[0].Status}"));
    }

    [Theory]
    [InlineData("/nonexistent/admin.sock", ExitCode.NotRunning, "the socket does not exist")]
    [InlineData("/etc/passwd", ExitCode.NotRunning, "it is no socket, or its daemon is gone")]
    [InlineData("", ExitCode.Failure, "1 to 107 bytes")]
    public async Task NoDaemon_IsExplained(string path, int exitCode, string expected)
    {
        using var client = new AdminClient(path);

        var error = await Assert.ThrowsAsync<AdminClientException>(() => client.GetStatusAsync(CancellationToken.None));

        Assert.Equal(exitCode, error.ExitCode);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    public async Task SomebodyElse_IsNotBelieved(string answer)
    {
        var directory = Directory.CreateTempSubdirectory("apilb");
        var path = Path.Combine(directory.FullName, "s");
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        server.Bind(new UnixDomainSocketEndPoint(path));
        server.Listen();
        var serving = AnswerOnceAsync(server, answer);
        using var client = new AdminClient(path);

        var error = await Assert.ThrowsAsync<AdminClientException>(() => client.GetStatusAsync(CancellationToken.None));

        Assert.Equal(ExitCode.Failure, error.ExitCode);
        await serving;
        directory.Delete(recursive: true);
    }

    private static async Task AnswerOnceAsync(Socket server, string answer)
    {
        using var connection = await server.AcceptAsync();
        await connection.ReceiveAsync(new byte[4096]);
        await connection.SendAsync(Encoding.ASCII.GetBytes(answer));
        connection.Shutdown(SocketShutdown.Both);
    }
}
