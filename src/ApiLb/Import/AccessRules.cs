using System.Net;
using ApiLb.Import.Drafts;

namespace ApiLb.Import;

/// <summary>
/// Translates rules about the client's address, of which the first that applies decides, into <c>allow</c> and <c>deny</c>, of which
/// deny wins. What cannot be said that way is left out with a note.
/// </summary>
internal sealed class AccessRules(ListenerDraft listener, ImportNotes notes)
{
    private readonly List<IPNetwork> _accepted = [];
    private readonly List<IPNetwork> _denied = [];
    private List<IPNetwork>? _allowed;
    private bool _isDecided;

    /// <summary>The rules keep everybody out.</summary>
    public bool IsForNobody { get; private set; }

    /// <param name="rule">The rule.</param>
    /// <param name="isAccept">Whether it lets clients in.</param>
    /// <param name="sources">Whom it is about; null: everybody.</param>
    /// <param name="isOutside">Everybody but those.</param>
    public void Add(Statement rule, bool isAccept, IReadOnlyList<IPNetwork>? sources, bool isOutside)
    {
        if (_isDecided)
        {
            notes.NotNeeded(rule, "never reached: an earlier rule decides about every client");
        }
        else if (sources is null)
        {
            Decide(rule, isAccept);
        }
        else if (isAccept)
        {
            Accept(rule, sources, isOutside);
        }
        else
        {
            Reject(rule, sources, isOutside);
        }
    }

    public void Finish()
    {
        listener.Allow.AddRange((_allowed ?? []).Select(n => n.ToString()).Distinct());
        listener.Deny.AddRange(_denied.Select(n => n.ToString()).Distinct());
        if (_allowed is not null || _denied.Count > 0)
        {
            listener.Reasons.TryAdd(_allowed is null ? "deny" : "allow", "Whom the rules about the client's address let in; everybody else is reset.");
        }
    }

    private void Decide(Statement rule, bool isAccept)
    {
        _isDecided = true;
        if (isAccept)
        {
            return;
        }

        IsForNobody = _accepted.Count == 0;
        _allowed = _accepted;
    }

    private void Accept(Statement rule, IReadOnlyList<IPNetwork> sources, bool isOutside)
    {
        if (isOutside)
        {
            notes.LeftOut(rule, "ApiLb has no \"everybody but\"; write the networks that may connect under allow");
            return;
        }

        _accepted.AddRange(sources);
    }

    private void Reject(Statement rule, IReadOnlyList<IPNetwork> sources, bool isOutside)
    {
        if (isOutside && _allowed is not null)
        {
            notes.LeftOut(rule, "ApiLb has one list of who may connect; write under allow what all these rules have in common");
        }
        else if (isOutside)
        {
            _allowed = [.. _accepted, .. sources];
        }
        else
        {
            // Deny knows no exceptions: what is accepted already is cut out of it.
            _denied.AddRange(_accepted.Aggregate(sources, NetworkDifference.Subtract));
        }
    }
}
