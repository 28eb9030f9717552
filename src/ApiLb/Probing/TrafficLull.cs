namespace ApiLb.Probing;

/// <summary>
/// Notices when a backend's traffic falls silent: bytes went there or came from there, and since then none has come. A host that
/// vanished looks like this on all its connections at once, also when no new client is sent there to find out. So does a pause, hence
/// it is no evidence, only a reason not to wait for the next check's turn. It costs two sums for a backend, however many connections it
/// has. Not thread-safe.
/// </summary>
internal sealed class TrafficLull
{
    /// <summary>Longer than the gaps in the traffic of a busy backend.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMilliseconds(250);

    private long _sent;
    private long _received;
    private TimeSpan _since;
    private bool _awaitsAnswer;

    /// <summary>Takes a look at the backend's traffic, every 100 ms or so.</summary>
    /// <param name="sent">Bytes sent to it so far.</param>
    /// <param name="received">Bytes received from it so far.</param>
    /// <param name="now">Monotonic time.</param>
    /// <returns>True while its traffic has been silent for <see cref="Length"/>, until <see cref="Forget"/> or until it sends something.</returns>
    public bool HasLasted(long sent, long received, TimeSpan now)
    {
        if (received != _received || (sent != _sent && !_awaitsAnswer))
        {
            _awaitsAnswer = true;
            _since = now;
        }

        (_sent, _received) = (sent, received);
        return _awaitsAnswer && now - _since >= Length;
    }

    /// <summary>A check will find out about this silence: the next begins with the next bytes.</summary>
    public void Forget() => _awaitsAnswer = false;
}
