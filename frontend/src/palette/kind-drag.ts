/** Under this name a dragged library item carries its kind. */
export const KIND_MIME = "application/x-wiregrad-kind";
