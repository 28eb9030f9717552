using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using ApiLb.Configuration.Values;

namespace ApiLb.Admin.Page;

/// <summary>
/// Builds <see cref="Html"/> of an interpolated string. Text is encoded, and its control and formatting characters are shown by
/// their numbers: a line break cannot end a line of the stream, nor a right-to-left mark turn what follows around.
/// </summary>
[InterpolatedStringHandler]
internal readonly struct HtmlInterpolation
{
    private readonly StringBuilder? _markup;

    public HtmlInterpolation(int literalLength, int formattedCount) => _markup = new StringBuilder(literalLength + (16 * formattedCount));

    public HtmlInterpolation(int literalLength, int formattedCount, bool isWanted, out bool goOn)
    {
        _markup = isWanted ? new StringBuilder(literalLength + (16 * formattedCount)) : null;
        goOn = isWanted;
    }

    public void AppendLiteral(string markup) => _markup!.Append(markup);

    public void AppendFormatted(Html markup) => _markup!.Append(markup.ToString());

    public void AppendFormatted(IEnumerable<Html> markup) => AppendFormatted(Html.Concat(markup));

    public void AppendFormatted(string? text) => _markup!.Append(HtmlEncoder.Default.Encode(Quoted.Harmless(text ?? "")));

    public void AppendFormatted(long number) => _markup!.Append(CultureInfo.InvariantCulture, $"{number}");

    public override string ToString() => _markup?.ToString() ?? "";
}
