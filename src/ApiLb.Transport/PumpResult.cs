namespace ApiLb.Transport;

/// <summary>Why a relay direction stopped moving bytes.</summary>
internal enum PumpResult
{
    /// <summary>Nothing to do until a socket is ready again.</summary>
    Waiting,

    /// <summary>Its share of this round is used up; there is more.</summary>
    More,

    /// <summary>The source has finished and everything was passed on, the FIN included.</summary>
    Finished,

    /// <summary>The source has failed.</summary>
    SourceFailed,

    /// <summary>The destination has failed.</summary>
    DestinationFailed,
}
