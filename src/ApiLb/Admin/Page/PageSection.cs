namespace ApiLb.Admin.Page;

/// <summary>One part of the page.</summary>
/// <param name="Id">Its element's.</param>
/// <param name="Markup">All of it.</param>
/// <param name="Changed">The number of the frame in which it last changed.</param>
internal sealed record PageSection(string Id, Html Markup, long Changed);
