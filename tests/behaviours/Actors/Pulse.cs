using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ApiLb.BehaviourTests.Network;

namespace ApiLb.BehaviourTests.Actors;

/// <summary>
/// A client of a backend that answers lines, on a thread of its own that waits in the kernel: what else this process does at the same
/// time holds it up as little as can be. It asks in turn through the balancer and beside it.
/// </summary>
internal sealed class Pulse : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly Socket _through;
    private readonly Socket _beside;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new();
    private Exception? _failure;

    public Pulse(TestHost host, string balancer, string backend)
    {
        (_through, _beside) = (Connect(host, balancer), Connect(host, backend));
        _thread = new Thread(Beat) { IsBackground = true, Name = "pulse" };
    }

    /// <summary>How long answers took by way of the balancer.</summary>
    public List<TimeSpan> Through { get; } = [];

    /// <summary>The same without the balancer, at about the same moments: what the machine does to everybody.</summary>
    public List<TimeSpan> Beside { get; } = [];

    public static TimeSpan Percentile(IReadOnlyCollection<TimeSpan> times, int percent) => times.Order().ElementAt(times.Count * percent / 100);

    public void Start() => _thread.Start();

    /// <summary>Ends it: the figures may be read.</summary>
    public void Stop()
    {
        _stop.Set();
        _thread.Join();
        if (_failure is not null)
        {
            throw new InvalidOperationException($"after {Through.Count} answers: {_failure.Message}", _failure);
        }
    }

    public void Dispose()
    {
        _stop.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _through.Dispose();
        _beside.Dispose();
        _stop.Dispose();
    }

    private void Beat()
    {
        try
        {
            while (!_stop.Wait(Pause))
            {
                Through.Add(Ask(_through));
                Beside.Add(Ask(_beside));
            }
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            _failure = e;
        }
    }

    /// <summary>Nothing asynchronous: the runtime would make the descriptor non-blocking, and wait for it on a thread that others use.</summary>
    private static Socket Connect(TestHost host, string address)
    {
        var endPoint = IPEndPoint.Parse(address);
        var socket = host.CreateSocket(endPoint.AddressFamily);
        socket.NoDelay = true;
        socket.ReceiveTimeout = (int)Connection.Patience.TotalMilliseconds;
        socket.Connect(endPoint);
        return socket;
    }

    private static TimeSpan Ask(Socket socket)
    {
        var began = Stopwatch.GetTimestamp();
        socket.Send("who\n"u8);
        var answer = new byte[64];
        for (var length = 0; length == 0 || answer[length - 1] != (byte)'\n';)
        {
            var more = socket.Receive(answer.AsSpan(length));
            length += more > 0 ? more : throw new EndOfStreamException("the connection ended before the answer");
        }

        return Stopwatch.GetElapsedTime(began);
    }
}
