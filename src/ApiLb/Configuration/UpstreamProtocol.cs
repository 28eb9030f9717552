namespace ApiLb.Configuration;

/// <summary>What HTTP listeners speak with the backends of a pool.</summary>
internal enum UpstreamProtocol
{
    Http,

    Https,
}
