using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Network;

namespace ApiLb.BehaviourTests.Actors;

/// <summary>A backend that is a process of its own, which can be killed and frozen. It answers each line with its name and that line.</summary>
internal sealed class BackendProcess : IAsyncDisposable
{
    /// <summary>The word with which this executable becomes one.</summary>
    public const string Command = "backend";

    private readonly Process _process;

    private BackendProcess(Process process, string name, string address) => (_process, Member) = (process, new Member(name, address));

    public Member Member { get; }

    public static async Task<BackendProcess> StartAsync(TestHost host, string name, string address)
    {
        var self = Environment.ProcessPath ?? throw new InvalidOperationException("no path of this process");
        string[] command = [.. host.Launcher, self, Command, address, name];
        ProcessStartInfo start = new(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true };
        var process = Process.Start(start) ?? throw new InvalidOperationException(command[0]);
        await process.StandardOutput.ReadLineAsync().WaitAsync(Connection.Patience, TimeProvider.System);
        return new BackendProcess(process, name, address);
    }

    /// <summary>What the process does: says that it listens, and serves until it is killed.</summary>
    public static async Task<int> ServeAsync(string address, string name)
    {
        using TcpListener listener = new(IPEndPoint.Parse(address));
        listener.Start(16384);
        await using (var output = Console.OpenStandardOutput())
        {
            await output.WriteAsync(Encoding.UTF8.GetBytes("listening\n"));
        }

        while (true)
        {
            var socket = await listener.AcceptSocketAsync();
            _ = AnswerAsync(socket, name);
        }
    }

    public void Send(int signal) => Signal.Send(_process.Id, signal);

    public async Task KillAsync()
    {
        Send(Signal.Kill);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private static async Task AnswerAsync(Socket socket, string name)
    {
        using Connection connection = new(socket);
        try
        {
            await Backend.Answering(name)(connection);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The client has gone.
        }
    }
}
