namespace ApiLb.Etcd;

/// <summary>Asks one member how it is. Used by one loop, one check at a time; disposing closes what it kept open.</summary>
internal interface IEtcdReader : IAsyncDisposable
{
    /// <summary>Runs one check. What a network does every day comes back as an observation, never as an exception.</summary>
    /// <param name="deadline">Cancelled when the check has to end.</param>
    ValueTask<EtcdObservation> ReadAsync(CancellationToken deadline);
}
