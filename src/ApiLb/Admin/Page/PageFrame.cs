using System.Text;

namespace ApiLb.Admin.Page;

/// <summary>One rendering of the page, and what differs from those before. Immutable; all who look share it.</summary>
internal sealed class PageFrame
{
    private readonly IReadOnlyList<PageSection> _sections;
    private readonly long _rearranged;

    private PageFrame(long number, IReadOnlyList<PageSection> sections, long rearranged)
    {
        Number = number;
        _sections = sections;
        _rearranged = rearranged;
    }

    /// <summary>Grows with every frame; the first is 1.</summary>
    public long Number { get; }

    /// <param name="before">The last one; null: there is none.</param>
    /// <param name="sections">All parts in their order, with their ids; those that are empty are not there.</param>
    public static PageFrame After(PageFrame? before, IEnumerable<(string Id, Html Markup)> sections)
    {
        var number = (before?.Number ?? 0) + 1;
        var known = before?._sections.ToDictionary(s => s.Id) ?? [];
        List<PageSection> now = [.. from s in sections
                                    where s.Markup != Html.Empty
                                    select known.GetValueOrDefault(s.Id) is { } old && old.Markup == s.Markup ? old : new PageSection(s.Id, s.Markup, number)];
        var isSameOrder = before is not null && before._sections.Select(s => s.Id).SequenceEqual(now.Select(s => s.Id));
        return new PageFrame(number, now, isSameOrder ? before!._rearranged : number);
    }

    /// <summary>The whole, in the element that holds it.</summary>
    public Html All() => Html.Of($"<div id=\"page\">{_sections.Select(s => s.Markup)}</div>");

    /// <summary>What somebody who has seen the frame of this number needs: the parts that changed since, or the whole when parts came or went.</summary>
    public Html Since(long seen) => _rearranged > seen ? All() : Html.Concat(_sections.Where(s => s.Changed > seen).Select(s => s.Markup));

    /// <summary>The same as an event of the stream (https://html.spec.whatwg.org/multipage/server-sent-events.html).</summary>
    public byte[] EventSince(long seen) => Encoding.UTF8.GetBytes($"data: {Since(seen).ToString().Replace("\n", "\ndata: ", StringComparison.Ordinal)}\n\n");
}
