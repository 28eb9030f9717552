namespace ApiLb.Transport;

/// <summary>How a TCP peer has answered lately (struct tcp_info, linux/tcp.h).</summary>
/// <param name="Since">Since it last acknowledged or sent anything.</param>
/// <param name="Retransmits">How often the oldest data was sent again without an acknowledgement.</param>
/// <param name="Probes">Questions about its closed window in a row that it left unanswered.</param>
internal readonly record struct PeerSilence(TimeSpan Since, int Retransmits, int Probes)
{
    /// <summary>
    /// Questions that must have gone unanswered besides the time: after a pause of this host the clock says little. A peer that answers
    /// with a closed window, the kernel counts anew with each answer (tcp_ack), for ever if need be (RFC 9293, 3.8.6.1).
    /// </summary>
    public const int Questions = 3;

    /// <summary>Whether the peer is gone, if it may be silent for so long while it is asked.</summary>
    public bool IsLoss(TimeSpan timeout) => Since >= timeout && (Retransmits >= Questions || Probes >= Questions);
}
