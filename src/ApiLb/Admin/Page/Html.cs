using System.Runtime.CompilerServices;

namespace ApiLb.Admin.Page;

/// <summary>
/// Markup that may be sent. Text that came from somewhere gets there by <see cref="Of"/>, which encodes: what
/// backends, clusters and certificates say cannot become markup by an oversight.
/// </summary>
internal readonly record struct Html
{
    public static readonly Html Empty = Of($"");

    private readonly string? _markup;

    private Html(string markup) => _markup = markup;

    /// <summary>What stands in the interpolated string itself is markup, what stands in its holes is text.</summary>
    public static Html Of(HtmlInterpolation markup) => new(markup.ToString());

    /// <summary>Nothing, unless something is so.</summary>
    public static Html If(bool isSo, [InterpolatedStringHandlerArgument(nameof(isSo))] HtmlInterpolation markup) => isSo ? Of(markup) : Empty;

    /// <summary>For the program's own resources and nothing else.</summary>
    public static Html Trusted(string markup) => new(markup);

    public static Html Concat(IEnumerable<Html> parts) => new(string.Concat(parts.Select(p => p.ToString())));

    public override string ToString() => _markup ?? "";
}
