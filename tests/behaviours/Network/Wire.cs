namespace ApiLb.BehaviourTests.Network;

/// <summary>One direction of a path: holds packets until they are due, and loses some.</summary>
internal sealed class Wire : IDisposable
{
    private readonly Tunnel _to;
    private readonly Roughness _roughness;
    private readonly Random _random;
    private readonly PriorityQueue<(byte[] Packet, int Number), long> _held = new();
    private readonly Thread _writer;
    private volatile bool _isInterrupted;
    private bool _isOver;
    private int _sent;
    private int _delivered;
    private int _lost;
    private int _overtaken;

    /// <param name="to">Where they come out.</param>
    /// <param name="roughness">What becomes of them.</param>
    /// <param name="seed">The same losses for the same packets in every run.</param>
    public Wire(Tunnel to, Roughness roughness, int seed)
    {
        (_to, _roughness, _random) = (to, roughness, new Random(seed));
        _writer = new Thread(Deliver) { IsBackground = true };
        _writer.Start();
    }

    public int Lost => Volatile.Read(ref _lost);

    /// <summary>Packets that came out after one that was sent later.</summary>
    public int Overtaken => Volatile.Read(ref _overtaken);

    /// <summary>Loses everything.</summary>
    public bool IsInterrupted
    {
        get => _isInterrupted;
        set => _isInterrupted = value;
    }

    public void Send(ReadOnlySpan<byte> packet)
    {
        lock (_held)
        {
            if (IsInterrupted || _random.NextDouble() < _roughness.Loss)
            {
                _lost++;
                return;
            }

            var late = _roughness.Delay + (_roughness.Jitter * _random.NextDouble());
            _held.Enqueue((packet.ToArray(), _sent++), Now() + late.Ticks);
            Monitor.Pulse(_held);
        }
    }

    public void Dispose()
    {
        lock (_held)
        {
            _isOver = true;
            Monitor.Pulse(_held);
        }

        _writer.Join();
    }

    private static long Now() => TimeProvider.System.GetElapsedTime(0).Ticks;

    private void Deliver()
    {
        while (Next() is { } packet)
        {
            _to.Write(packet);
        }
    }

    /// <summary>Waits until the next packet is due; null at the end.</summary>
    private byte[]? Next()
    {
        lock (_held)
        {
            while (!_isOver)
            {
                if (!_held.TryPeek(out _, out var due))
                {
                    Monitor.Wait(_held);
                }
                else if (due > Now())
                {
                    Monitor.Wait(_held, TimeSpan.FromTicks(due - Now() + TimeSpan.TicksPerMillisecond));
                }
                else
                {
                    var (packet, number) = _held.Dequeue();
                    _overtaken += number < _delivered ? 1 : 0;
                    _delivered = Math.Max(_delivered, number);
                    return packet;
                }
            }

            return null;
        }
    }
}
